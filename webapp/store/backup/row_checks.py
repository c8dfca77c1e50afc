"""Checks of the rows of an untrusted database against what the site expects to read."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import (
    Boolean,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    Table,
    column,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from ...errors import BadRowError
from ...records import LINK_KINDS, Person
from ..connections import reading
from ..slugs import MAX_LENGTH
from ..tables import CatalogState, Publication, Revision, SourceRecordRow, db

_LARGEST = 1 << 53  # ids and counters stay below: there is room to increase them
_PARTS = len(Person.__dataclass_fields__)
_EQUAL = list(Person.__dataclass_fields__).index("equal")


def _person(values: list[str | bool]) -> list[str | bool]:
    kinds = (bool if place == _EQUAL else str for place in range(_PARTS))
    if not all(isinstance(value, kind) for value, kind in zip(values, kinds, strict=False)):
        raise ValueError("a person is a list of names")
    return values


PersonRow = Annotated[list[str | bool], Field(max_length=_PARTS), AfterValidator(_person)]
LinkRow = Annotated[list[str], Field(min_length=2, max_length=2)]


def _links(rows: list[list[str]]) -> list[list[str]]:
    for kind, _ in rows:
        if kind not in LINK_KINDS:
            raise ValueError(f"there is no link of the kind {kind!r}")
    return rows


class _PublicationRow(BaseModel):
    """A decoded row of `publications`."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: Annotated[int, Field(gt=0, lt=_LARGEST)]
    slug: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=2 * MAX_LENGTH)]
    key: str
    position: Annotated[int, Field(gt=-_LARGEST, lt=_LARGEST)]
    type: str
    title: str
    venue: str
    container: str
    date: str
    year: Annotated[int, Field(ge=-9999, le=9999)] | None
    doi: str
    arxiv: str
    language: str
    version_of: str
    updated: datetime
    digest: str
    abstract: str
    fields: dict[str, str]
    source: dict[str, str]
    authors: list[PersonRow]
    editors: list[PersonRow]
    links: Annotated[list[LinkRow], AfterValidator(_links)]
    tags: list[str]


def check_rows(engine: Engine) -> None:
    """Read every row as the site does. Raises BadRowError, naming the first bad row."""
    with reading(engine) as connection:
        for table in db.metadata.sorted_tables:
            _check_storage(connection, table)
            for row in connection.execute(select(table)).yield_per(500).mappings():
                if table.name == Publication.__tablename__:
                    _check_publication(dict(row))
                if table.name == SourceRecordRow.__tablename__:
                    _check_fields(row["fields"])
        _check_state(connection)


def _check_storage(connection: Connection, table: Table) -> None:
    """Check the type of every value: SQLite stores any type in any column."""
    for name, declared in table.columns.items():
        allowed = [_storage(declared.type), *(["null"] if declared.nullable else [])]
        query = select(func.count()).where(func.typeof(column(name)).not_in(allowed))
        if connection.scalar(query.select_from(table)):
            raise BadRowError(f"{table.name}.{name} has values that are not {' or '.join(allowed)}")


def _storage(kind: TypeEngine[Any]) -> str:
    if isinstance(kind, Integer | Boolean):
        return "integer"
    return "blob" if isinstance(kind, LargeBinary) else "text"


def _check_publication(row: dict[str, Any]) -> None:
    try:
        _PublicationRow.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadRowError(f"publication {row['key']!r}, {place}: {first['msg']}") from None


def _check_fields(fields: Any) -> None:
    """Check what a source stated of a publication."""
    is_text = isinstance(fields, dict) and all(isinstance(text, str) for text in fields.values())
    if not is_text:
        raise BadRowError("source_records.fields has values that are not text")


def _check_state(connection: Connection) -> None:
    """Check that there is one state, not older than the latest revision, and room for new ids."""
    states = connection.execute(select(CatalogState.id, CatalogState.counter)).all()
    latest = connection.scalar(select(func.max(Revision.counter))) or 0
    if len(states) != 1 or not latest <= states[0].counter < _LARGEST:
        raise BadRowError("catalog_state does not match the latest revision")
    sequence = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence"
    largest = connection.exec_driver_sql(sequence).scalar()
    if not isinstance(largest, int) or largest >= _LARGEST:
        raise BadRowError("sqlite_sequence has a number that cannot be increased")
