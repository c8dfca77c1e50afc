"""The Citation Style Language: CSL-JSON and citations in the styles that are shipped.

Imported by `formats.registry` and by the views that cite. Never fetches a style or a locale.
"""
