"""The embedded search engine: Whoosh writes the index, arrays derived from it answer queries.

Imported only by the factory, which wires it in behind `search.engine`. Never reads the database.
"""
