"""The Citation Style Language: CSL-JSON, and citations in the styles that Octavo includes.

Imported by `formats.registry`, and by the views for citations. Never fetches a style or a locale.
"""
