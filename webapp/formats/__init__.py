"""Bibliographic formats: text to records and records to text, as pure functions.

A family of formats has a package of its own; `registry` lists them all. Imported by `catalog`,
`curation` and `views`. Never opens a file, a database or a connection, and knows no Flask.
"""
