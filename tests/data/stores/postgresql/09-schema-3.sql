-- schema 3, bb882c0
CREATE OR REPLACE FUNCTION figures_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''figures is append-only''; END';
CREATE TRIGGER figures_no_update BEFORE UPDATE ON figures FOR EACH STATEMENT EXECUTE FUNCTION figures_no_update();
CREATE OR REPLACE FUNCTION figures_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''figures is append-only''; END';
CREATE TRIGGER figures_no_delete BEFORE DELETE ON figures FOR EACH STATEMENT EXECUTE FUNCTION figures_no_delete();
