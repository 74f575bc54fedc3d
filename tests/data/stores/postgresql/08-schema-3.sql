-- schema 3, 17f1770
CREATE TABLE figures ( seq SERIAL NOT NULL, publication VARCHAR NOT NULL, day VARCHAR NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(publication) REFERENCES publications (id) );
CREATE INDEX ix_figures_publication ON figures (publication);
