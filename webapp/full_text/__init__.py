"""The text of the owner's PDFs: read in a process of its own, cleaned, and cached on disk.

Imported by the catalog, which decides what PDFs are read. It knows neither publications nor the
index, and never opens a file that its caller did not name.
"""
