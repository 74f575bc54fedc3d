-- schema 4, 46d0c9b
CREATE TABLE assignments ( seq SERIAL NOT NULL, recording VARCHAR NOT NULL, "user" VARCHAR, part VARCHAR, by VARCHAR NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(recording) REFERENCES recordings (id), FOREIGN KEY("user") REFERENCES users (id) );
CREATE INDEX ix_assignments_recording ON assignments (recording);
CREATE OR REPLACE FUNCTION assignments_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''assignments is append-only''; END';
CREATE TRIGGER assignments_no_update BEFORE UPDATE ON assignments FOR EACH STATEMENT EXECUTE FUNCTION assignments_no_update();
CREATE OR REPLACE FUNCTION assignments_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''assignments is append-only''; END';
CREATE TRIGGER assignments_no_delete BEFORE DELETE ON assignments FOR EACH STATEMENT EXECUTE FUNCTION assignments_no_delete();
