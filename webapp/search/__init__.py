"""Search: a query in; ranked ids, facet counts and highlights out.

`engine` is the contract of every engine; all engines share `query`, `text`, `fields`, `identifiers`
and `highlight`. `catalog` and `views` import this package. It knows no rows, no Flask and no HTML.
"""
