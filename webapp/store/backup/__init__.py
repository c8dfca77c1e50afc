"""Backup and restore: a whole instance in one file, and back again.

Imported by `cli`. Trusts nothing in a backup: members, schema and rows are checked before
anything is replaced. Knows SQLite only.
"""
