"""Formats with one tag a line: RIS, EndNote, PubMed and ISI.

Imported by `formats.registry`, and by `formats.xml`, whose formats have the same fields. Never
decodes LaTeX of an entry as a whole: `formats.building` does.
"""
