BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE catalog_state (
	id INTEGER NOT NULL, 
	identity VARCHAR(32) NOT NULL, 
	counter INTEGER NOT NULL, 
	loaded VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_catalog_state PRIMARY KEY (id)
);
INSERT INTO "catalog_state" VALUES(1,'a8380185284c4697bdb61527681101b5',3,'');
CREATE TABLE changes (
	id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	publication_id INTEGER NOT NULL, 
	slug VARCHAR(200) NOT NULL, 
	action VARCHAR(10) NOT NULL, 
	"before" JSON, 
	CONSTRAINT pk_changes PRIMARY KEY (id), 
	CONSTRAINT fk_changes_revision_revisions FOREIGN KEY(revision) REFERENCES revisions (counter)
);
INSERT INTO "changes" VALUES(1,1,'2026-11-22 18:25:53.420596',1,'doe2020','added',NULL);
INSERT INTO "changes" VALUES(2,1,'2026-11-22 18:25:53.420596',2,'doe2019','added',NULL);
INSERT INTO "changes" VALUES(3,1,'2026-11-22 18:25:53.420596',3,'oere2021','added',NULL);
INSERT INTO "changes" VALUES(4,1,'2026-11-22 18:25:53.420596',4,'gone2018','added',NULL);
INSERT INTO "changes" VALUES(5,2,'2026-11-22 18:25:57.978677',4,'gone2018','removed','{"position": 4194304, "key": "gone2018", "type": "book", "title": "Gone", "authors": [{"family": "Doe", "given": "John", "particle": "", "suffix": "", "literal": "", "equal": false, "marks": ""}], "editors": [], "venue": "Example Press", "container": "", "date": "2018", "year": 2018, "abstract": "", "doi": "", "arxiv": "", "language": "", "links": [], "tags": [], "version_of": "", "fields": {"publisher": "Example Press"}, "source": {"title": "Gone", "author": "Doe, John", "publisher": "Example Press", "year": "2018"}, "slug": "gone2018"}');
INSERT INTO "changes" VALUES(6,2,'2026-11-22 18:25:57.978677',3,'oere2021','changed','{"position": 3145728, "key": "oere2021", "type": "inproceedings", "title": "\u00d8re''s Theorem", "authors": [{"family": "\u00d8re", "given": "\u00c5se", "particle": "", "suffix": "", "literal": "", "equal": false, "marks": ""}], "editors": [{"family": "Doe", "given": "Jane", "particle": "", "suffix": "", "literal": "", "equal": false, "marks": ""}], "venue": "Proceedings of the Example Conference", "container": "Proceedings of the Example Conference", "date": "2021", "year": 2021, "abstract": "", "doi": "", "arxiv": "", "language": "", "links": [{"kind": "pdf", "url": "ore.pdf"}, {"kind": "url", "url": "https://example.org/ore"}], "tags": [], "version_of": "", "fields": {"note": "Best paper"}, "source": {"title": "\u00d8re''s Theorem", "author": "\u00d8re, \u00c5se", "editor": "Doe, Jane", "booktitle": "Proceedings of the Example Conference", "year": "2021", "url": "https://example.org/ore", "pdf": "ore.pdf", "note": "Best paper"}, "slug": "oere2021"}');
INSERT INTO "changes" VALUES(7,3,'2026-11-22 18:26:02.687512',2,'doe2019','changed','{"position": 2097152, "key": "doe2019", "type": "misc", "title": "On the Zymurgy of Sorting", "authors": [{"family": "Doe", "given": "Jane", "particle": "", "suffix": "", "literal": "", "equal": false, "marks": ""}], "editors": [], "venue": "Preprint", "container": "", "date": "2019", "year": 2019, "abstract": "", "doi": "", "arxiv": "1901.00001", "language": "", "links": [{"kind": "arxiv", "url": "https://arxiv.org/abs/1901.00001"}], "tags": [], "version_of": "", "fields": {}, "source": {"title": "On the Zymurgy of Sorting", "author": "Doe, Jane", "year": "2019", "eprint": "1901.00001", "archiveprefix": "arXiv"}, "slug": "doe2019"}');
CREATE TABLE former_slugs (
	slug VARCHAR(200) NOT NULL, 
	publication_id INTEGER NOT NULL, 
	CONSTRAINT pk_former_slugs PRIMARY KEY (slug), 
	CONSTRAINT fk_former_slugs_publication_id_publications FOREIGN KEY(publication_id) REFERENCES publications (id) ON DELETE CASCADE
);
INSERT INTO "former_slugs" VALUES('ore-1',3);
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
CREATE TABLE revisions (
	counter INTEGER NOT NULL, 
	command TEXT NOT NULL, 
	CONSTRAINT pk_revisions PRIMARY KEY (counter)
);
INSERT INTO "revisions" VALUES(1,'octavo import publications.bib');
INSERT INTO "revisions" VALUES(2,'octavo import publications.bib --prune');
INSERT INTO "revisions" VALUES(3,'octavo join doe2020 doe2019');
CREATE INDEX ix_publications_position ON publications (position);
CREATE INDEX ix_publications_version_of ON publications (version_of);
CREATE INDEX ix_publications_year ON publications (year);
CREATE INDEX ix_changes_revision ON changes (revision);
CREATE INDEX ix_former_slugs_publication_id ON former_slugs (publication_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('publications',4);
COMMIT;
