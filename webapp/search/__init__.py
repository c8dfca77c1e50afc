"""Text in, ranked ids and facet counts out. Knows no Flask and no HTML."""
