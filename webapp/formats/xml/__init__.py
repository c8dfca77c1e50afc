"""XML exports of EndNote and PubMed, converted to the tags of their tagged formats.

Imported by `formats.registry`. Never resolves an entity and never fetches a document.
"""
