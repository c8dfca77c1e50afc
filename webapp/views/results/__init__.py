"""The list of results: items, filters, chart, highlighting, and what helps when nothing matches.

Imported by the blueprints in `views`. Prepares values for templates; markup is in `templates/`.
"""
