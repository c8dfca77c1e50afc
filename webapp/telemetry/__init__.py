"""What operators see: request ids and logs, metrics, timings.

Imported by `views`, `catalog` and the factory. Never records who searched for what unless
`log_queries` is set, and never changes a response but for its headers.
"""
