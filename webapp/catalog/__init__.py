"""The catalog: what the site knows, and the way from a visitor's criteria to a page of results.

Imported by `curation`, `views` and `cli`. Knows nothing of requests, templates or file formats.
"""
