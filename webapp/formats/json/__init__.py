"""JSON exports of Zotero and MathSciNet, and the items of any JSON file.

Imported by `formats.registry` and `formats.csl`. Never decodes bytes: it reads text.
"""
