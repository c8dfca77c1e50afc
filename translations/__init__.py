"""The translations of the interface, a file for each language, and the tool that maintains them.

`webapp.translation` reads `<language>.po`. `python -m translations` writes `messages.pot`, which
has all texts of the interface, and brings every `.po` file up to date with it.
"""
