-- schema 2, 591bedb
CREATE TABLE translations ( seq INTEGER NOT NULL, "plan" VARCHAR NOT NULL, language VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq) );
CREATE INDEX ix_translations_plan ON translations ("plan");
CREATE TRIGGER translations_no_update BEFORE UPDATE ON translations BEGIN SELECT RAISE(ABORT, 'translations is append-only'); END;
CREATE TRIGGER translations_no_delete BEFORE DELETE ON translations BEGIN SELECT RAISE(ABORT, 'translations is append-only'); END;
CREATE TABLE shot_changes ( recording VARCHAR NOT NULL, times_ms TEXT NOT NULL, PRIMARY KEY (recording), FOREIGN KEY(recording) REFERENCES recordings (id) );
