"""The notebook's tables, made from the records: a table per kind of record, a column per field.

A new field or kind needs a step in ``migrations``; a test compares the two.
"""

import dataclasses
import json
import re
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from kpis.records import (
    Action,
    AgreedTarget,
    AlertState,
    Annotation,
    Change,
    Decision,
    Meeting,
    Note,
    Record,
    SignOff,
)

R = TypeVar("R", bound=Record)

KINDS: dict[type[Record], str] = {
    Meeting: "meeting",
    Note: "note",
    Decision: "decision",
    Action: "action",
    Annotation: "annotation",
    AgreedTarget: "target",
    SignOff: "sign-off",
    AlertState: "alert",
}
"""The kinds of records, and what people call one."""

VERSION_TABLE = "notebook_version"
VERSION = "0001"
"""The migration that these tables are at: the last one there is, as a test checks."""
"""Where alembic notes which migration the tables are at."""


class Moment(TypeDecorator[datetime]):
    """An instant in UTC, also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC; a time of no zone is an error, for it may be anybody's."""
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"{value} names no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC, whatever the session's zone is."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


_COLUMN_TYPES: dict[Any, TypeEngine[Any]] = {
    str: Text(),
    Literal: Text(),
    int: Integer(),
    float: Double(),
    bool: Boolean(),
    date: Date(),
    datetime: Moment(),
    tuple: JSON(none_as_null=True),
}

# Not called "actions" and so on: a PostgreSQL may hold other programs' tables, too.
METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


def _table(kind: type[Record]) -> Table:
    columns: list[Column[Any]] = [Column("id", Integer, primary_key=True)]
    for name, hint in get_type_hints(kind).items():
        if name != "id":
            (of, *_), nullable = _options(hint)
            keys = [ForeignKey("notebook_meeting.id")] if name == "meeting_id" else []
            type_ = _COLUMN_TYPES[get_origin(of) or of]
            columns.append(Column(name, type_, *keys, nullable=nullable))
    columns.append(Column("unique_key", Text, unique=True))
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    # An id is never given twice, or the changes of two records would read as those of one.
    return Table(f"notebook_{name}", METADATA, *columns, sqlite_autoincrement=True)


def _options(hint: Any) -> tuple[list[Any], bool]:
    """The types that a field may have beside None, and whether it may be None."""
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return [option for option in options if option is not type(None)], len(options) > 1


TABLES = {kind: _table(kind) for kind in KINDS}
"""A table for each kind of record."""

_ADAPTERS: dict[type[Record], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in KINDS}

CHANGES = Table(
    "notebook_change",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    UniqueConstraint("kind", "record_id", "version"),
    sqlite_autoincrement=True,
)
"""Every change of every record: one row per version."""


def unique_key(record: Record) -> str | None:
    """What no two records of a kind may share; None: there may be any number of them.

    It stands in a column of its own, as a database takes two empty campaigns for different.
    """
    match record:
        case Meeting(closed_at=None):
            key: list[object] = ["open"]
        case AgreedTarget(kpi=kpi, period=period, campaign=campaign):
            key = [kpi, period, campaign]
        case SignOff(meeting_id=meeting, team=team):
            key = [meeting, team]
        case AlertState(rule=rule, channel=channel):
            key = [rule, channel]
        case _:
            return None
    return json.dumps(key, ensure_ascii=False)


def from_plain(kind: type[R], values: dict[str, object]) -> R:
    """The record of a kind that has these values; raise pydantic's ValidationError if none has."""
    record: R = _ADAPTERS[kind].validate_python(values)
    return record


def as_json(record: Record) -> dict[str, object]:
    """The record as JSON has it."""
    plain: dict[str, object] = _ADAPTERS[type(record)].dump_python(record, mode="json")
    return plain


def row_of(record: Record) -> dict[str, object]:
    """The values of the record's row; without the id, which the database gives."""
    plain, columns = as_json(record), TABLES[type(record)].c
    fields = [field.name for field in dataclasses.fields(record) if field.name != "id"]
    values = {
        name: plain[name] if isinstance(columns[name].type, JSON) else getattr(record, name)
        for name in fields
    }
    return {**values, "unique_key": unique_key(record)}


def record_of(kind: type[R], row: Row[Any]) -> R:
    """The record that a row holds."""
    names = {field.name for field in dataclasses.fields(kind)}
    values = {name: value for name, value in row._mapping.items() if name in names}
    return from_plain(kind, values)


def change_of(row: Row[Any]) -> Change:
    """The change that a row holds."""
    return Change(**{field.name: row._mapping[field.name] for field in dataclasses.fields(Change)})
