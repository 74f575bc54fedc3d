-- schema 1, ed168ef
DROP TABLE checks;
CREATE TABLE checks ( recording VARCHAR NOT NULL, checklist_sha256 VARCHAR NOT NULL, transcript_sha256 VARCHAR NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (recording), FOREIGN KEY(recording) REFERENCES recordings (id) );
