"""What an owner does to the catalog: import, compare, merge, join, check, undo.

Imported by `cli`. Changes the catalog only through `Catalog.save`, so every change is a revision.
Never serves a visitor.
"""
