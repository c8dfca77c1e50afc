"""OAI-PMH: its errors, its lists, and clients that harvest."""
