"""Who may edit in the browser: sign-in links, sessions, tokens of forms, security events.

Imported by `views` and `cli`. Never knows requests, cookies or HTML. A secret is stored as its hash
only.
"""
