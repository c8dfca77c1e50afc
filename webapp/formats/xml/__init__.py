"""XML exports of EndNote and PubMed, read by way of their tagged forms.

Imported by `formats.registry`. Never resolves an entity and never fetches a document.
"""
