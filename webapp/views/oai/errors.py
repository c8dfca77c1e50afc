"""The errors of OAI-PMH."""

from typing import Literal

from ...errors import OctavoError

Code = Literal[
    "badArgument",
    "badResumptionToken",
    "badVerb",
    "cannotDisseminateFormat",
    "idDoesNotExist",
    "noMetadataFormats",
    "noRecordsMatch",
    "noSetHierarchy",
]


class ProtocolError(OctavoError):
    """A request that the protocol answers with an error. The message says what is wrong."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
