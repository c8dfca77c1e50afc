"""XML: exports of EndNote and PubMed are read, Dublin Core and MODS are written for harvesters.

Imported by `formats.registry` and by the views of OAI-PMH. Never resolves an entity and never
fetches a document.
"""
