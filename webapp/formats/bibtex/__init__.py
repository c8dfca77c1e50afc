"""BibTeX and biblatex: reading any file, well formed or not, and writing it back unchanged.

Imported by `formats.registry` and by formats that build on BibTeX's fields. Never drops a field.
"""
