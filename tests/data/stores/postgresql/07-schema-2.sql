-- schema 2, 1233f48
CREATE TABLE recovery_codes ( sha256 VARCHAR NOT NULL, "user" VARCHAR NOT NULL, PRIMARY KEY (sha256), FOREIGN KEY("user") REFERENCES users (id) );
CREATE INDEX ix_recovery_codes_user ON recovery_codes ("user");
