"""Records <-> text: pure functions, one module a format; `registry` knows them all."""
