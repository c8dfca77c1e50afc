"""Backup and restore: a whole instance in one file.

Imported by `cli`. Trusts nothing in a backup: members, schema and rows are checked before
anything is replaced. Never reads records or the search index.
"""
