"""BibTeX and biblatex: reads any file, well formed or not, and writes it back unchanged.

Imported by `formats.registry`, and by `formats.building`, which makes BibTeX fields of the others.
Never drops a field.
"""
