"""Search: a query in; ranked ids, facet counts and highlights out.

`engine` is the contract that every engine fulfils; `query`, `text`, `identifiers` and `highlight`
are shared by all of them. Imported by `catalog` and `views`. Knows no rows, no Flask and no HTML.
"""
