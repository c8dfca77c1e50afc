"""What operators see: request ids and logs, metrics, timings.

Imported by `views`, `catalog` and the factory. Never logs queries unless `log_queries` is set, and
never changes a response except for its headers.
"""
