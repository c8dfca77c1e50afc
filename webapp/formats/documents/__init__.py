"""Lists of publications as documents: all citations in one style, grouped and numbered.

Imported by the view of documents and the command `document`. A document is plain data; each format
is one module that writes it. Never chooses publications, and never reads a database.
"""
