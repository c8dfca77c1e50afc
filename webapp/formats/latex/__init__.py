"""LaTeX in bibliographic text: decoded to Unicode, encoded again, and its mathematics found.

Imported by every format and by the views that show text. Never raises, whatever the input.
"""
