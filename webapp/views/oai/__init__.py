"""OAI-PMH 2.0 at /oai: what harvesters such as BASE, CORE and OpenAIRE read.

Imported by `views`. Every fault of the protocol is an answer with status 200, as the protocol has
it; HTTP says only what concerns HTTP. The address changes nothing, so it has no form token.
"""

from .answers import blueprint

__all__ = ["blueprint"]
