-- schema 5, bf96fc6
CREATE TABLE fingerprints ( seq INTEGER NOT NULL, clip VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(clip) REFERENCES clips (id), UNIQUE (sha256) );
CREATE INDEX ix_fingerprints_clip ON fingerprints (clip);
CREATE TRIGGER fingerprints_no_update BEFORE UPDATE ON fingerprints BEGIN SELECT RAISE(ABORT, 'fingerprints is append-only'); END;
CREATE TRIGGER fingerprints_no_delete BEFORE DELETE ON fingerprints BEGIN SELECT RAISE(ABORT, 'fingerprints is append-only'); END;
