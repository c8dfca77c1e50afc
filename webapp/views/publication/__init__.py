"""One publication: its details, citations, metadata for machines, and related publications.

Imported by the blueprints in `views`. Prepares values for templates; markup is in `templates/`.
"""
