"""The database: tables, connections, and all SQL.

Imported by `catalog` and the layers above it, which get records and plain values. No other package
imports SQLAlchemy. It knows nothing of requests, file formats or the search index.
"""
