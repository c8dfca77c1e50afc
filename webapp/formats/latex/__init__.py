"""LaTeX in bibliographic text: decoding to Unicode, encoding, mathematics, and harmless commands.

Imported by all formats, and by the views that show text. Never raises for any input.
"""
