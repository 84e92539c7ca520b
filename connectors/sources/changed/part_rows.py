"""The rows of a part that names ``updated_at``: those changed since, and all others as kept.

The result is that of reading all rows. Key and ``updated_at`` of every row are read each time: a
row whose key is gone goes, and where one has a key or a time that is neither kept nor read, such as
an older record that came in its place, all rows are read. All of it is read from one moment of the
database where it can show one (connectors.sources.databases.database).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, FromClause, Select, column, or_, select, text

from connectors.settings.tables import TableSettings, row_key
from connectors.sources.changed.exact_cells import (
    cell_of_text,
    frame_of,
    kept_table,
    text_of_cell,
)
from connectors.sources.changed.kept import AllRows, Keeper, KeptRows, NeverKept
from connectors.sources.changed.merged import in_order, key_order, merged, those_there
from connectors.sources.changed.stamps import bound, since_of
from connectors.sources.header import folded
from connectors.sources.queries.by_themselves import why_values_change
from connectors.sources.queries.one_select import has_order
from connectors.sources.raw import RawNote
from kpis.errors import SourceError, nearest

Answer = tuple[pd.DataFrame, tuple[str, ...]]
"""What a statement returns, and each column's name and type as the database calls them."""
_REMEDY = "Correct the source or the settings, or leave updated_at out."


@dataclass(frozen=True)
class Part:
    """A part of a table, and how its database is asked.

    where: it is, for messages. place: the same, as all that decides which rows it has. dialect: of
    the database. time_zone: of times that name none. everything: reads all rows. asked: reads those
    of a statement; it raises AllRows where the database does not answer it. rows: what a statement
    selects from; it raises AllRows for a query that cannot stand in another one.
    """

    name: str
    request: TableSettings
    where: str
    place: tuple[str, ...]
    dialect: str
    time_zone: str
    everything: Callable[[], Answer]
    asked: Callable[[Select[Any]], Answer]
    rows: Callable[[], FromClause]


def rows_of(part: Part, keeper: Keeper | None) -> tuple[pd.DataFrame, list[RawNote]]:
    """Return the rows of a part in the order of their keys, and what to know of how they are read.

    keeper: None where all rows are to be read, and none are kept.

    Raises SourceError where the source lacks a column that the settings name.
    """
    if keeper is None:
        return _all(part)
    try:
        kept = keeper.rows(part.place)
        whole, read = _changed(part, kept)
        order = key_order(whole, _named(part, whole.column_names)[1])
        now_kept = _to_keep(part, in_order(whole, order), kept.kinds, keeper.now, kept.full_at)
    except AllRows as why:
        keeper.note(part.name, f"all rows were read, {why}")
        return _all(part, keeper)
    if now_kept.since != kept.since or not now_kept.table.equals(kept.table):
        keeper.keep(part.place, now_kept)
    frame, since = frame_of(now_kept.table), cell_of_text(kept.since)
    how = f"{read:,} of {len(frame):,} rows were read, those changed since {since}"
    keeper.note(part.name, how)
    return frame, _unstamped(part, frame)


def _all(part: Part, keeper: Keeper | None = None) -> tuple[pd.DataFrame, list[RawNote]]:
    """All rows, read at once; they are in the order of the source where they cannot be kept."""
    now = datetime.now(UTC) if keeper is None else keeper.now
    frame, kinds = part.everything()
    _, key = _named(part, frame.columns)
    try:
        table = kept_table(frame)
        order = key_order(table, key)
        found = _to_keep(part, in_order(table, order), kinds, now, now)
    except NeverKept as why:
        if keeper is not None:
            keeper.note(part.name, f"all rows were read, {why}")
            keeper.drop(part.place)
        return frame, [RawNote(len(frame), f"are all read each time, {why}", remedy=_REMEDY)]
    if keeper is not None and len(frame):
        keeper.keep(part.place, found)
    elif keeper is not None:
        keeper.drop(part.place)
    frame = frame if order is None else frame_of(found.table)
    return frame, _unstamped(part, frame)


def _changed(part: Part, kept: KeptRows) -> tuple[pa.Table, int]:
    """All rows, and how many of them were read; raises AllRows where that is not known."""
    rows = part.rows()
    stamp, key = _named(part, kept.table.column_names)
    at: ColumnElement[Any] = column(stamp)
    since = bound(cell_of_text(kept.since), part.dialect)
    changed, kinds = part.asked(
        select(text("*")).select_from(rows).where(or_(at >= since, at.is_(None)))
    )
    if kinds != kept.kinds:
        raise AllRows("since its columns are not those of the rows that are kept")
    whole = merged(kept.table, kept_table(changed), key)
    keys = select(at) if key == stamp else select(at, column(key))
    there, _ = part.asked(keys.select_from(rows))
    if there.empty:
        raise AllRows("since none is left")
    there.columns = pd.Index(dict.fromkeys((stamp, key)))
    whole = those_there(whole, kept_table(there), key, stamp)
    return whole, len(changed)


def _to_keep(
    part: Part, table: pa.Table, kinds: tuple[str, ...], now: datetime, full_at: datetime
) -> KeptRows:
    """Rows in the order of their keys as they are kept; raises NeverKept where they cannot be."""
    query = part.request.query
    if query is not None and has_order(query, part.dialect):
        raise NeverKept("since the query orders them, which kept rows cannot be")
    if query is not None and (why := why_values_change(query, part.dialect)):
        raise NeverKept(f"since {why}")
    stamp, _ = _named(part, table.column_names)
    since = since_of(table, stamp, now, part.time_zone)
    return KeptRows(table, kinds, "" if since is None else text_of_cell(since), full_at)


def _named(part: Part, names: Iterable[Any]) -> tuple[str, str]:
    """The columns of the source that hold ``updated_at`` and ``row_key``, as it spells them."""
    wanted = {"updated_at": part.request.updated_at, "row_key": row_key(part.name, part.request)}
    columns, found = [str(name) for name in names], dict[str, str]()
    for setting, name in wanted.items():
        fits = [one for one in columns if folded([one]) == folded([name or ""])]
        if name not in columns and len(fits) != 1:
            raise SourceError(
                f"{part.where} has no column '{name}', which the settings of {part.name} name as "
                f"{setting}. {nearest(name or '', columns)}".rstrip()
            )
        found[setting] = name if name and name in columns else fits[0]
    return found["updated_at"], found["row_key"]


def _unstamped(part: Part, frame: pd.DataFrame) -> list[RawNote]:
    stamp, _ = _named(part, frame.columns)
    rows = int(frame[stamp].isna().sum())
    what = f"have no {stamp}: read each time, changed or not"
    return [RawNote(rows, what)] if rows else []
