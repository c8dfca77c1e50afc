"""The whole site as static files, for archives and for servers that only have files.

Imported by the command `export`. It gets the site's responses from a function and writes files
with relative links. Never knows what publications are, and never changes them.
"""
