-- schema 1, 4b8dc3f
CREATE TABLE claims ( seq SERIAL NOT NULL, recording VARCHAR NOT NULL, flag VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(recording) REFERENCES recordings (id), FOREIGN KEY(flag) REFERENCES flags (id) );
CREATE INDEX ix_claims_recording ON claims (recording);
CREATE FUNCTION claims_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''claims is append-only''; END'; CREATE TRIGGER claims_no_update BEFORE UPDATE ON claims FOR EACH STATEMENT EXECUTE FUNCTION claims_no_update();
CREATE FUNCTION claims_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''claims is append-only''; END'; CREATE TRIGGER claims_no_delete BEFORE DELETE ON claims FOR EACH STATEMENT EXECUTE FUNCTION claims_no_delete();
