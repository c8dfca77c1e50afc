PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES('0003');
CREATE TABLE catalog_state (
	id INTEGER NOT NULL, 
	identity VARCHAR(32) NOT NULL, 
	counter INTEGER NOT NULL, 
	loaded VARCHAR(64) NOT NULL, updated DATETIME, forgotten INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_catalog_state PRIMARY KEY (id)
);
INSERT INTO catalog_state VALUES(1,'a8380185284c4697bdb61527681101b5',3,'','2026-11-22 18:26:02.687512',0);
CREATE TABLE former_slugs (
	slug VARCHAR(200) NOT NULL, 
	publication_id INTEGER NOT NULL, 
	CONSTRAINT pk_former_slugs PRIMARY KEY (slug), 
	CONSTRAINT fk_former_slugs_publication_id_publications FOREIGN KEY(publication_id) REFERENCES publications (id) ON DELETE CASCADE
);
INSERT INTO former_slugs VALUES('ore-1',3);
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
INSERT INTO publications VALUES(1,'doe2020','doe2020',1048576,'article','On the Zymurgy of Naïve $O(n \log n)$ Sorting','Journal of Examples','Journal of Examples','2020-03',2020,'10.1234/zymurgy','','','','2026-11-22 18:25:53.420596','ed165f3f64c7aa880c33797e3c44eedc','We brew. We sort. What we measure is in Section 2.','{"volume": "7", "pages": "1\u201312"}','{"title": "On the {Zymurgy} of Na\u00efve $O(n \\log n)$ Sorting", "author": "van Beethoven, Jr., Ludwig and Doe, Jane and {The Nex Team}", "journal": "Journal of Examples", "year": "2020", "month": "mar", "volume": "7", "pages": "1--12", "doi": "10.1234/zymurgy", "keywords": "sorting, brewing", "abstract": "We brew. We sort. What we measure is in Section 2."}','[["Beethoven", "Ludwig", "van", "Jr."], ["Doe", "Jane"], ["", "", "", "", "The Nex Team"]]','[]','[["doi", "https://doi.org/10.1234/zymurgy"]]','["sorting", "brewing"]');
INSERT INTO publications VALUES(2,'doe2019','doe2019',2097152,'misc','On the Zymurgy of Sorting','Preprint','','2019',2019,'','1901.00001','','doe2020','2026-11-22 18:26:02.687512','cc01146bd2a967670c3c5eacd7df9a39','','{}','{"title": "On the Zymurgy of Sorting", "author": "Doe, Jane", "year": "2019", "eprint": "1901.00001", "archiveprefix": "arXiv", "versionof": "doe2020"}','[["Doe", "Jane"]]','[]','[["arxiv", "https://arxiv.org/abs/1901.00001"]]','[]');
INSERT INTO publications VALUES(3,'oere2021','oere2021',3145728,'inproceedings','Øre’s Theorem, Revised','Proceedings of the Example Conference','Proceedings of the Example Conference','2021',2021,'','','','','2026-11-22 18:25:57.978677','ed2284ff059546c4ad0dbd07a8bdf8d1','','{"note": "Best paper"}','{"title": "\u00d8re\u2019s Theorem, Revised", "author": "\u00d8re, \u00c5se", "editor": "Doe, Jane", "booktitle": "Proceedings of the Example Conference", "year": "2021", "url": "https://example.org/ore", "pdf": "ore.pdf", "note": "Best paper"}','[["\u00d8re", "\u00c5se"]]','[["Doe", "Jane"]]','[["pdf", "ore.pdf"], ["url", "https://example.org/ore"]]','[]');
CREATE TABLE additions (
	first_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_additions PRIMARY KEY (first_id)
);
INSERT INTO additions VALUES(1,'2026-11-22 18:25:53.420596');
CREATE TABLE "revisions" (
	counter INTEGER NOT NULL, 
	command TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	undoes INTEGER, 
	loaded VARCHAR(64), 
	deltas BLOB, 
	CONSTRAINT pk_revisions PRIMARY KEY (counter)
);
INSERT INTO revisions VALUES(1,'octavo import publications.bib','2026-11-22 18:25:53.420596',NULL,NULL,NULL);
INSERT INTO revisions VALUES(2,'octavo import publications.bib --prune','2026-11-22 18:25:57.978677',NULL,NULL,X'1f8b08000000000002ff9591bb6ec3300c45f77c45c0a58b863c3cb49e5b04e8d4a19b61048acdd84264d1d0234810e8df4b5949916428d08d87a42e79a9aa1017384a1d10ca0b8ce4945764a02c966fc57a5108d8931dd06e9d0e9d83b2aa05a4104ae8c8e06ab17c0501073c3f26fc79643dd8111d1229af136eb88151ee9cb7b2f19c613aa249b3e1e3248751e3fccba2739c6fc878a90cdadcd64a9fbaaefa67949c4fc01552b945da933ae6504bd305d9e16d84756c6a4bfbcc7b85ba7593dfb0d3caf5d390c70522eb05df934da62b78a7b4f927f5066a3e01b6cae7128356e6700dbdfc3d1205db4c377d763fa932b3a4984f8ae28f3d6e5eb3f318633dabd6fc65cae3e0eee42fe046add2442eaf56025edcfcbb47b238401deff7f9dfcb38fd171a9f6c3d513dfb01cc0c27aa3e020000');
INSERT INTO revisions VALUES(3,'octavo join doe2020 doe2019','2026-11-22 18:26:02.687512',NULL,NULL,X'1f8b08000000000002ff4d8d410ac2500c44f71e63d659881ba157291fa935a581da94242d4ae9ddcd5f88ae9299cc9bb417da21c14f47b3636373d1f9a64355be4cd2339af64c5702ca41705dad5a3f26cdeeee3c47e6be7ce285a0f660ab6e484c8cccad31aae5f2e6ae0e5e4c92cb83f5a36c29799057fef9ef2c47397d00049db98da5000000');
CREATE TABLE changes (
	revision INTEGER NOT NULL, 
	publication_id INTEGER NOT NULL, 
	action VARCHAR(10) NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (revision, publication_id), 
	CONSTRAINT fk_changes_revision_revisions FOREIGN KEY(revision) REFERENCES revisions (counter)
)
 WITHOUT ROWID

;
INSERT INTO changes VALUES(1,1,'added');
INSERT INTO changes VALUES(1,2,'added');
INSERT INTO changes VALUES(1,3,'added');
INSERT INTO changes VALUES(1,4,'added');
INSERT INTO changes VALUES(2,3,'changed');
INSERT INTO changes VALUES(2,4,'removed');
INSERT INTO changes VALUES(3,2,'changed');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('publications',4);
CREATE INDEX ix_publications_position ON publications (position);
CREATE INDEX ix_publications_version_of ON publications (version_of);
CREATE INDEX ix_publications_year ON publications (year);
CREATE INDEX ix_former_slugs_publication_id ON former_slugs (publication_id);
COMMIT;
