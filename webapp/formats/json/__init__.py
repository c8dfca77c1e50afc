"""JSON exports of other programs: Zotero's and MathSciNet's.

Imported by `formats.registry` and `formats.csl`. Reads text that is already decoded.
"""
