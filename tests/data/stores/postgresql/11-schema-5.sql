-- schema 5, bf96fc6
CREATE TABLE fingerprints ( seq SERIAL NOT NULL, clip VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(clip) REFERENCES clips (id), UNIQUE (sha256) );
CREATE INDEX ix_fingerprints_clip ON fingerprints (clip);
CREATE OR REPLACE FUNCTION fingerprints_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fingerprints is append-only''; END';
CREATE TRIGGER fingerprints_no_update BEFORE UPDATE ON fingerprints FOR EACH STATEMENT EXECUTE FUNCTION fingerprints_no_update();
CREATE OR REPLACE FUNCTION fingerprints_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fingerprints is append-only''; END';
CREATE TRIGGER fingerprints_no_delete BEFORE DELETE ON fingerprints FOR EACH STATEMENT EXECUTE FUNCTION fingerprints_no_delete();
