"""Owners' operations on the catalog: import, merge, join, check, undo.

Imported by `cli`. Changes publications only through `Catalog.save`, so that every change is a
revision. Never serves visitors.
"""
