-- schema 1, 23ea65a
CREATE TABLE publications ( seq SERIAL NOT NULL, id VARCHAR NOT NULL, clip VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), UNIQUE (id), FOREIGN KEY(clip) REFERENCES clips (id) );
CREATE INDEX ix_publications_clip ON publications (clip);
CREATE FUNCTION publications_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''publications is append-only''; END'; CREATE TRIGGER publications_no_update BEFORE UPDATE ON publications FOR EACH STATEMENT EXECUTE FUNCTION publications_no_update();
CREATE FUNCTION publications_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''publications is append-only''; END'; CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications FOR EACH STATEMENT EXECUTE FUNCTION publications_no_delete();
CREATE TABLE recalls ( seq SERIAL NOT NULL, clip VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), UNIQUE (clip), FOREIGN KEY(clip) REFERENCES clips (id) );
CREATE FUNCTION recalls_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''recalls is append-only''; END'; CREATE TRIGGER recalls_no_update BEFORE UPDATE ON recalls FOR EACH STATEMENT EXECUTE FUNCTION recalls_no_update();
CREATE FUNCTION recalls_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''recalls is append-only''; END'; CREATE TRIGGER recalls_no_delete BEFORE DELETE ON recalls FOR EACH STATEMENT EXECUTE FUNCTION recalls_no_delete();
CREATE TABLE removals ( seq SERIAL NOT NULL, publication VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), UNIQUE (publication), FOREIGN KEY(publication) REFERENCES publications (id) );
CREATE FUNCTION removals_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''removals is append-only''; END'; CREATE TRIGGER removals_no_update BEFORE UPDATE ON removals FOR EACH STATEMENT EXECUTE FUNCTION removals_no_update();
CREATE FUNCTION removals_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''removals is append-only''; END'; CREATE TRIGGER removals_no_delete BEFORE DELETE ON removals FOR EACH STATEMENT EXECUTE FUNCTION removals_no_delete();
