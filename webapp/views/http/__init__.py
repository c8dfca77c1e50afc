"""HTTP policy: validators, caching, fragments, static files, proxies, limits, errors.

Imported by the blueprints in `views` and by the factory. Knows nothing of publications.
"""
