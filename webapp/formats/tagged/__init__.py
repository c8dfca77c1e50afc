"""Formats with one tag a line: RIS, EndNote, PubMed and ISI.

Imported by `formats.registry` and by formats that share RIS's types.
"""
