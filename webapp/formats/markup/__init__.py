"""Markup of HTML, JATS and MathML in the values of fields, converted to LaTeX.

Imported by the readers, through `building` and `bibtex`. Never parses a document: a value is text.
"""
