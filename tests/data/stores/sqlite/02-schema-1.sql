-- schema 1, c79a4f8
CREATE TABLE documents ( sha256 VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (sha256) );
CREATE TABLE corrections ( seq INTEGER NOT NULL, recording VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(recording) REFERENCES recordings (id) );
CREATE INDEX ix_corrections_recording ON corrections (recording);
CREATE TRIGGER corrections_no_update BEFORE UPDATE ON corrections BEGIN SELECT RAISE(ABORT, 'corrections is append-only'); END;
CREATE TRIGGER corrections_no_delete BEFORE DELETE ON corrections BEGIN SELECT RAISE(ABORT, 'corrections is append-only'); END;
CREATE TABLE comments ( seq INTEGER NOT NULL, recording VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(recording) REFERENCES recordings (id) );
CREATE INDEX ix_comments_recording ON comments (recording);
CREATE TRIGGER comments_no_update BEFORE UPDATE ON comments BEGIN SELECT RAISE(ABORT, 'comments is append-only'); END;
CREATE TRIGGER comments_no_delete BEFORE DELETE ON comments BEGIN SELECT RAISE(ABORT, 'comments is append-only'); END;
CREATE TABLE sessions ( token_sha256 VARCHAR NOT NULL, id VARCHAR NOT NULL, user VARCHAR NOT NULL, roles TEXT NOT NULL, began_at VARCHAR NOT NULL, seen_at VARCHAR NOT NULL, ended_at VARCHAR, PRIMARY KEY (token_sha256), UNIQUE (id), FOREIGN KEY(user) REFERENCES users (id) );
CREATE INDEX ix_sessions_user ON sessions (user);
CREATE TABLE second_factors ( user VARCHAR NOT NULL, secret VARCHAR NOT NULL, confirmed INTEGER NOT NULL, last_step BIGINT NOT NULL, PRIMARY KEY (user), FOREIGN KEY(user) REFERENCES users (id) );
CREATE TABLE retractions ( seq INTEGER NOT NULL, decision VARCHAR NOT NULL, "by" VARCHAR NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (seq), UNIQUE (decision), FOREIGN KEY(decision) REFERENCES decisions (id) );
CREATE TRIGGER retractions_no_update BEFORE UPDATE ON retractions BEGIN SELECT RAISE(ABORT, 'retractions is append-only'); END;
CREATE TRIGGER retractions_no_delete BEFORE DELETE ON retractions BEGIN SELECT RAISE(ABORT, 'retractions is append-only'); END;
