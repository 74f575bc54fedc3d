-- schema 1, 4b8dc3f
CREATE TABLE claims ( seq INTEGER NOT NULL, recording VARCHAR NOT NULL, flag VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(recording) REFERENCES recordings (id), FOREIGN KEY(flag) REFERENCES flags (id) );
CREATE INDEX ix_claims_recording ON claims (recording);
CREATE TRIGGER claims_no_update BEFORE UPDATE ON claims BEGIN SELECT RAISE(ABORT, 'claims is append-only'); END;
CREATE TRIGGER claims_no_delete BEFORE DELETE ON claims BEGIN SELECT RAISE(ABORT, 'claims is append-only'); END;
