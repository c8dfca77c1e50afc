"""The catalog: finds, reads and saves publications. Other packages import from here.

    >>> page = catalog.find(Criteria(q="nets"))  # the list of an address
    >>> stored = catalog.get("turing1936")  # a publication
    >>> catalog.save([Edit(record)], "import")  # a revision

Imported by the factory, `serving`, `site`, `curation`, `views` and `cli`. It contains no SQL, reads
no files of publications, and knows nothing of requests or templates.
"""

from .catalog import Catalog
from .choices import OwnerChoices
from .criteria import MAX_MORE, Criteria, quote_value
from .following import IndexFollower, announced_update
from .full_texts import FullTexts, PassageText
from .harvest import Changes, Harvest, Harvested
from .hidden import hidden_publications
from .indexing import synchronise
from .list_documents import ListText, make_document
from .members import Match, Members, comparable_name
from .own_names import own_people, people_named
from .person_pages import PersonPage, PersonPages
from .results import CACHED_RECORDS, Page, RelatedPublication, SyncState
from .scopes import Kind, Scope, Scopes
from .selections import MAX_SELECTED, WAYS, make_address

__all__ = [
    "CACHED_RECORDS",
    "MAX_MORE",
    "MAX_SELECTED",
    "WAYS",
    "Catalog",
    "Changes",
    "Criteria",
    "FullTexts",
    "Harvest",
    "Harvested",
    "IndexFollower",
    "Kind",
    "ListText",
    "Match",
    "Members",
    "OwnerChoices",
    "Page",
    "PassageText",
    "PersonPage",
    "PersonPages",
    "RelatedPublication",
    "Scope",
    "Scopes",
    "SyncState",
    "announced_update",
    "comparable_name",
    "hidden_publications",
    "make_address",
    "make_document",
    "own_people",
    "people_named",
    "quote_value",
    "synchronise",
]
