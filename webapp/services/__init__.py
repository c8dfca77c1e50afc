"""Services that describe publications, such as Crossref and ORCID, and the client that asks them.

Commands only: the web server has no network.
"""
