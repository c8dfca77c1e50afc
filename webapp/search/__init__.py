"""Search: a query in; ranked ids, facet counts and highlights out.

`engine` is the contract of every engine; `query`, `text`, `identifiers` and `highlight` are shared
by all of them. `catalog` and `views` import this package. It knows no rows, no Flask and no HTML.
"""
