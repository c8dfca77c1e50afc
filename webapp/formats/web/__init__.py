"""Formats for clients of the site: Atom, linked data of schema.org, Highwire tags and COinS.

Imported by `views`. Never reads a format.
"""
