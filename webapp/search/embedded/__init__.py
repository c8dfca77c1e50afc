"""The embedded search engine: Whoosh writes the index, numpy arrays derived from it answer queries.

Only the factory imports this package, and wires it in behind `search.engine`. It never reads the
database.

DESIGN. The index is a folder with one file `current` (the pointer) and one folder per generation.

- What Whoosh writes: segments (`.trm` terms, `.pst` postings, `.col` stored values) and a table of
  contents (`.toc`). Whoosh also merges segments and records deletions (`writing`). Its own codec,
  fields and formats write them (`schema`), so `whoosh.index.open_dir(generation_folder)` opens the
  index without Octavo, and Whoosh's `QueryParser` finds the same documents for plain words. We give
  it terms that `search.text` has already analysed, and sort the postings ourselves (`postings`,
  which says why).
- Plain words are letters of one alphabet, in one case or with a capital, with or without accents,
  in phrases too. Whoosh alone does not know inflections, other spellings of umlauts, prefixes,
  typos, Greek letters by name or pairs of ideographs, and it ranks without the lengths of fields.
- What is derived: one `.arrays` file per segment (`derived`, `array_file`). It holds the
  vocabulary, stems, postings, positions, facet values and sort keys as plain arrays, mapped into
  memory, so all worker processes share its pages. Searches read only these arrays (`snapshot`);
  updates read Whoosh's files again.
- How a generation is switched: a writer takes a file lock, fills a new folder (hard links to the
  files that stay, new files for the rest), then replaces `current` in one `os.replace`. The
  pointer holds the catalog revision, the segments and the size and CRC-32 of each file, so a
  reader sees either the old generation or the new one, and notices damage (`generations`).
- Why this way: Whoosh searches one posting at a time in Python, and numpy a whole array at once.
  Whoosh remains the writer because segments, merges and deletions need not be written again.
- What it does not do: unpickle code from the folder (`plain_data`), follow the database by itself
  (the catalog calls `update`), or support two writers at a time (the second gets an error).

The way of a query: `relaxation` -> `evaluation` -> `matching` (words and clauses) -> `scoring`
(weights from postings) -> `positions` (phrases, names); then `ranking` and `facets`.
"""
