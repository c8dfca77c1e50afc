BEGIN TRANSACTION;
CREATE TABLE additions (
	first_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_additions PRIMARY KEY (first_id)
);
INSERT INTO "additions" VALUES(1,'2026-11-22 18:25:53.420596');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE catalog_state (
	id INTEGER NOT NULL, 
	identity VARCHAR(32) NOT NULL, 
	counter INTEGER NOT NULL, 
	loaded VARCHAR(64) NOT NULL, updated DATETIME, forgotten INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_catalog_state PRIMARY KEY (id)
);
INSERT INTO "catalog_state" VALUES(1,'a8380185284c4697bdb61527681101b5',3,'','2026-11-22 18:26:02.687512',0);
CREATE TABLE changes (
	revision INTEGER NOT NULL, 
	publication_id INTEGER NOT NULL, 
	action VARCHAR(10) NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (revision, publication_id), 
	CONSTRAINT fk_changes_revision_revisions FOREIGN KEY(revision) REFERENCES revisions (counter)
)
 WITHOUT ROWID

;
INSERT INTO "changes" VALUES(1,1,'added');
INSERT INTO "changes" VALUES(1,2,'added');
INSERT INTO "changes" VALUES(1,3,'added');
INSERT INTO "changes" VALUES(1,4,'added');
INSERT INTO "changes" VALUES(2,3,'changed');
INSERT INTO "changes" VALUES(2,4,'removed');
INSERT INTO "changes" VALUES(3,2,'changed');
CREATE TABLE correction_counts (
	sender VARCHAR(64) NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_correction_counts PRIMARY KEY (sender)
);
CREATE TABLE correction_days (
	day VARCHAR(10) NOT NULL, 
	secret BLOB NOT NULL, 
	CONSTRAINT pk_correction_days PRIMARY KEY (day)
);
CREATE TABLE corrections (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	publication_id INTEGER NOT NULL, 
	changes JSON NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT NOT NULL, 
	at DATETIME NOT NULL
);
CREATE TABLE editors (
	name TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_editors PRIMARY KEY (name)
);
CREATE TABLE former_slugs (
	slug VARCHAR(200) NOT NULL, 
	publication_id INTEGER NOT NULL, 
	CONSTRAINT pk_former_slugs PRIMARY KEY (slug), 
	CONSTRAINT fk_former_slugs_publication_id_publications FOREIGN KEY(publication_id) REFERENCES publications (id) ON DELETE CASCADE
);
INSERT INTO "former_slugs" VALUES('ore-1',3);
CREATE TABLE harvest_batches (
	id INTEGER NOT NULL, 
	at DATETIME, 
	CONSTRAINT pk_harvest_batches PRIMARY KEY (id)
);
INSERT INTO "harvest_batches" VALUES(1,'2026-11-22 18:25:54.000000');
INSERT INTO "harvest_batches" VALUES(2,'2026-11-22 18:25:58.000000');
CREATE TABLE harvest_items (
	publication_id INTEGER NOT NULL, 
	batch INTEGER NOT NULL, 
	is_deleted BOOLEAN NOT NULL, 
	type TEXT NOT NULL, 
	year INTEGER, 
	versions VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_harvest_items PRIMARY KEY (publication_id)
);
INSERT INTO "harvest_items" VALUES(1,1,0,'article',2020,'');
INSERT INTO "harvest_items" VALUES(3,2,0,'inproceedings',2021,'');
INSERT INTO "harvest_items" VALUES(4,2,1,'',NULL,'');
CREATE TABLE harvest_memberships (
	set_spec TEXT NOT NULL, 
	publication_id INTEGER NOT NULL, 
	CONSTRAINT pk_harvest_memberships PRIMARY KEY (set_spec, publication_id)
)
 WITHOUT ROWID

;
CREATE TABLE harvest_state (
	id INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	members TEXT NOT NULL, 
	fields TEXT NOT NULL, 
	CONSTRAINT pk_harvest_state PRIMARY KEY (id)
);
CREATE TABLE publications (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	slug VARCHAR(200) NOT NULL, 
	"key" TEXT NOT NULL, 
	position BIGINT NOT NULL, 
	type TEXT NOT NULL, 
	title TEXT NOT NULL, 
	venue TEXT NOT NULL, 
	container TEXT NOT NULL, 
	date TEXT NOT NULL, 
	year INTEGER, 
	doi TEXT NOT NULL, 
	arxiv TEXT NOT NULL, 
	language TEXT NOT NULL, 
	version_of TEXT NOT NULL, 
	updated DATETIME NOT NULL, 
	digest VARCHAR(32) NOT NULL, 
	abstract TEXT NOT NULL, 
	fields JSON NOT NULL, 
	source JSON NOT NULL, authors JSON DEFAULT '[]' NOT NULL, editors JSON DEFAULT '[]' NOT NULL, links JSON DEFAULT '[]' NOT NULL, tags JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT uq_publications_key UNIQUE ("key"), 
	CONSTRAINT uq_publications_slug UNIQUE (slug)
);
INSERT INTO "publications" VALUES(1,'doe2020','doe2020',1048576,'article','On the Zymurgy of Naïve $O(n \log n)$ Sorting','Journal of Examples','Journal of Examples','2020-03',2020,'10.1234/zymurgy','','','','2026-11-22 18:25:53.420596','ed165f3f64c7aa880c33797e3c44eedc','We brew. We sort. What we measure is in Section 2.','{"volume": "7", "pages": "1\u201312"}','{"title": "On the {Zymurgy} of Na\u00efve $O(n \\log n)$ Sorting", "author": "van Beethoven, Jr., Ludwig and Doe, Jane and {The Nex Team}", "journal": "Journal of Examples", "year": "2020", "month": "mar", "volume": "7", "pages": "1--12", "doi": "10.1234/zymurgy", "keywords": "sorting, brewing", "abstract": "We brew. We sort. What we measure is in Section 2."}','[["Beethoven", "Ludwig", "van", "Jr."], ["Doe", "Jane"], ["", "", "", "", "The Nex Team"]]','[]','[["doi", "https://doi.org/10.1234/zymurgy"]]','["sorting", "brewing"]');
INSERT INTO "publications" VALUES(2,'doe2019','doe2019',2097152,'misc','On the Zymurgy of Sorting','Preprint','','2019',2019,'','1901.00001','','doe2020','2026-11-22 18:26:02.687512','cc01146bd2a967670c3c5eacd7df9a39','','{}','{"title": "On the Zymurgy of Sorting", "author": "Doe, Jane", "year": "2019", "eprint": "1901.00001", "archiveprefix": "arXiv", "versionof": "doe2020"}','[["Doe", "Jane"]]','[]','[["arxiv", "https://arxiv.org/abs/1901.00001"]]','[]');
INSERT INTO "publications" VALUES(3,'oere2021','oere2021',3145728,'inproceedings','Øre’s Theorem, Revised','Proceedings of the Example Conference','Proceedings of the Example Conference','2021',2021,'','','','','2026-11-22 18:25:57.978677','ed2284ff059546c4ad0dbd07a8bdf8d1','','{"note": "Best paper"}','{"title": "\u00d8re\u2019s Theorem, Revised", "author": "\u00d8re, \u00c5se", "editor": "Doe, Jane", "booktitle": "Proceedings of the Example Conference", "year": "2021", "url": "https://example.org/ore", "pdf": "ore.pdf", "note": "Best paper"}','[["\u00d8re", "\u00c5se"]]','[["Doe", "Jane"]]','[["pdf", "ore.pdf"], ["url", "https://example.org/ore"]]','[]');
CREATE TABLE "revisions" (
	counter INTEGER NOT NULL, 
	command TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	undoes INTEGER, 
	loaded VARCHAR(64), 
	deltas BLOB, who TEXT, 
	CONSTRAINT pk_revisions PRIMARY KEY (counter)
);
INSERT INTO "revisions" VALUES(1,'octavo import publications.bib','2026-11-22 18:25:53.420596',NULL,NULL,NULL,NULL);
INSERT INTO "revisions" VALUES(2,'octavo import publications.bib --prune','2026-11-22 18:25:57.978677',NULL,NULL,X'1F8B08000000000002FF9591BB6EC3300C45F77C45C0A58B863C3CB49E5B04E8D4A19B61048ACDD84264D1D0234810E8DF4B5949916428D08D87A42E79A9AA1017384A1D10CA0B8CE4945764A02C966FC57A5108D8931DD06E9D0E9D83B2AA05A4104AE8C8E06AB17C0501073C3F26FC79643DD8111D1229AF136EB88151EE9CB7B2F19C613AA249B3E1E3248751E3FCCBA2739C6FC878A90CDADCD64A9FBAAEFA67949C4FC01552B945DA933AE6504BD305D9E16D84756C6A4BFBCC7B85BA7593DFB0D3CAF5D390C70522EB05DF934DA62B78A7B4F927F5066A3E01B6CAE7128356E6700DBDFC3D1205DB4C377D763FA932B3A4984F8AE28F3D6E5EB3F318633DABD6FC65CAE3E0EEE42FE046ADD2442EAF56025EDCFCBB47B238401DEFF7F9DFCB38FD171A9F6C3D513DFB01CC0C27AA3E020000',NULL);
INSERT INTO "revisions" VALUES(3,'octavo join doe2020 doe2019','2026-11-22 18:26:02.687512',NULL,NULL,X'1F8B08000000000002FF4D8D410AC2500C44F71E63D659881BA157291FA935A581DA94242D4AE9DDCD5F88AE9299CC9BB417DA21C14F47B3636373D1F9A64355BE4CD2339AF64C5702CA41705DAD5A3F26CDEEEE3C47E6BE7CE285A0F660AB6E484C8CCCAD31AAE5F2E6AE0E5E4C92CB83F5A36C29799057FEF9EF2C47397D00049DB98DA5000000',NULL);
CREATE TABLE sessions (
	hash VARCHAR(64) NOT NULL, 
	editor TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	last_seen DATETIME NOT NULL, 
	expires DATETIME NOT NULL, 
	agent TEXT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (hash)
);
CREATE TABLE sign_in_failures (
	network VARCHAR(64) NOT NULL, 
	since DATETIME NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_sign_in_failures PRIMARY KEY (network)
);
CREATE TABLE sign_in_links (
	hash VARCHAR(64) NOT NULL, 
	editor TEXT NOT NULL, 
	expires DATETIME NOT NULL, 
	used DATETIME, 
	CONSTRAINT pk_sign_in_links PRIMARY KEY (hash)
);
CREATE TABLE source_answers (
	source TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	works INTEGER NOT NULL, 
	not_fetched INTEGER NOT NULL, 
	CONSTRAINT pk_source_answers PRIMARY KEY (source)
);
INSERT INTO "source_answers" VALUES('orcid 0000-0002-1825-0097','2026-11-29 10:00:00.000000',1,0);
CREATE TABLE source_records (
	publication_id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	identifier TEXT NOT NULL, 
	type TEXT NOT NULL, 
	fields JSON NOT NULL, 
	is_listed BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_source_records PRIMARY KEY (publication_id, source, identifier)
)
 WITHOUT ROWID

;
INSERT INTO "source_records" VALUES(1,'orcid 0000-0002-1825-0097','10.5555/1','article','{"title": "A title", "year": "2020"}',1,'2026-11-29 10:00:00.000000');
INSERT INTO "source_records" VALUES(900,'file','','misc','{"title": "Removed", "year": "2020"}',1,'2026-11-29 10:00:00.000000');
CREATE INDEX ix_publications_position ON publications (position);
CREATE INDEX ix_publications_version_of ON publications (version_of);
CREATE INDEX ix_publications_year ON publications (year);
CREATE INDEX ix_former_slugs_publication_id ON former_slugs (publication_id);
CREATE INDEX ix_sessions_editor ON sessions (editor);
CREATE INDEX ix_corrections_publication_id ON corrections (publication_id);
CREATE INDEX ix_harvest_items_batch ON harvest_items (batch, publication_id);
CREATE INDEX ix_harvest_items_versions ON harvest_items (versions);
CREATE INDEX ix_harvest_batches_at ON harvest_batches (at);
CREATE INDEX ix_harvest_memberships_publication_id ON harvest_memberships (publication_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('publications',4);
COMMIT;
