"""People: whether two names are of one person, and the ORCID iDs of an entry.

Imported by the readers of formats, the catalog and `curation`. Never decides by the settings of a
site, which `catalog.members` does.
"""
