"""The catalog: what the site knows, and the way from a visitor's criteria to a page of results.

Imported by `site`, `curation`, `views` and `cli`. It writes no SQL, reads no files of publications,
and knows nothing of requests or templates.
"""
