"""What web clients read: Atom feeds, schema.org's linked data, Highwire tags and COinS.

Imported by `views`. Writes only; nothing here is read back.
"""
