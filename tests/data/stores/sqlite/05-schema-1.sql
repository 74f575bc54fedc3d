-- schema 1, 23ea65a
CREATE TABLE publications ( seq INTEGER NOT NULL, id VARCHAR NOT NULL, clip VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), UNIQUE (id), FOREIGN KEY(clip) REFERENCES clips (id) );
CREATE INDEX ix_publications_clip ON publications (clip);
CREATE TRIGGER publications_no_update BEFORE UPDATE ON publications BEGIN SELECT RAISE(ABORT, 'publications is append-only'); END;
CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications BEGIN SELECT RAISE(ABORT, 'publications is append-only'); END;
CREATE TABLE recalls ( seq INTEGER NOT NULL, clip VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), UNIQUE (clip), FOREIGN KEY(clip) REFERENCES clips (id) );
CREATE TRIGGER recalls_no_update BEFORE UPDATE ON recalls BEGIN SELECT RAISE(ABORT, 'recalls is append-only'); END;
CREATE TRIGGER recalls_no_delete BEFORE DELETE ON recalls BEGIN SELECT RAISE(ABORT, 'recalls is append-only'); END;
CREATE TABLE removals ( seq INTEGER NOT NULL, publication VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), UNIQUE (publication), FOREIGN KEY(publication) REFERENCES publications (id) );
CREATE TRIGGER removals_no_update BEFORE UPDATE ON removals BEGIN SELECT RAISE(ABORT, 'removals is append-only'); END;
CREATE TRIGGER removals_no_delete BEFORE DELETE ON removals BEGIN SELECT RAISE(ABORT, 'removals is append-only'); END;
