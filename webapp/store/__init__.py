"""The database: tables, connections, and all SQL.

Imported by `catalog` and the layers above it, which receive records and plain values. No other
package imports SQLAlchemy. Never handles requests, file formats or the search index.
"""
