-- schema 2, 591bedb
CREATE TABLE translations ( seq SERIAL NOT NULL, plan VARCHAR NOT NULL, language VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq) );
CREATE INDEX ix_translations_plan ON translations (plan);
CREATE FUNCTION translations_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''translations is append-only''; END'; CREATE TRIGGER translations_no_update BEFORE UPDATE ON translations FOR EACH STATEMENT EXECUTE FUNCTION translations_no_update();
CREATE FUNCTION translations_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''translations is append-only''; END'; CREATE TRIGGER translations_no_delete BEFORE DELETE ON translations FOR EACH STATEMENT EXECUTE FUNCTION translations_no_delete();
CREATE TABLE shot_changes ( recording VARCHAR NOT NULL, times_ms TEXT NOT NULL, PRIMARY KEY (recording), FOREIGN KEY(recording) REFERENCES recordings (id) );
