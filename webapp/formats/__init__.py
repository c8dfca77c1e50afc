"""Bibliographic formats: text to records and records to text, as pure functions.

`registry` has a row for each format; a family of formats has its own package. Imported by
`catalog`, `curation`, `views` and `cli`. Never opens a file, a database or a connection, and never
imports Flask.
"""
