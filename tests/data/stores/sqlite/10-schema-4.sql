-- schema 4, 46d0c9b
CREATE TABLE assignments ( seq INTEGER NOT NULL, recording VARCHAR NOT NULL, user VARCHAR, part VARCHAR, "by" VARCHAR NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(recording) REFERENCES recordings (id), FOREIGN KEY(user) REFERENCES users (id) );
CREATE INDEX ix_assignments_recording ON assignments (recording);
CREATE TRIGGER assignments_no_update BEFORE UPDATE ON assignments BEGIN SELECT RAISE(ABORT, 'assignments is append-only'); END;
CREATE TRIGGER assignments_no_delete BEFORE DELETE ON assignments BEGIN SELECT RAISE(ABORT, 'assignments is append-only'); END;
