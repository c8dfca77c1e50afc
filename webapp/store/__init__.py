"""The database: tables, connections, and the SQL that turns rows into records and back.

Imported by `catalog`, `curation` and the factory. Only this package writes SQL, and only
`connections` and `backup` know SQLite. It never renders, never parses a file format, and knows
nothing of requests or of the search index.
"""
