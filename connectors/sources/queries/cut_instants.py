"""Instants of which a query keeps the day or the time, but not the zone: ``LEFT(created, 10)``.

2026-09-30T22:30:00Z is 1 October in Berlin, and 30 September once it is cut.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.sources.header import folded
from connectors.sources.queries.tree import Tree, nodes_of
from connectors.sources.raw import RawNote, RawTable
from connectors.sources.typed_columns import as_objects

_CUTS = frozenset(
    (
        *("left", "substr", "substring", "array_slice", "split_part", "regexp_extract"),
        *("replace", "regexp_replace", "strptime", "try_strptime", "strftime"),
        *("date_trunc", "datetrunc", "date", "to_char", "date_format"),
    )
)
_MINDS = frozenset(("timezone", "convert_tz", "to_timestamp", "to_hours", "to_minutes"))
"""Functions of a query that minds the zone, or adds its offset by hand."""
_BARE_TYPE = re.compile(r"(?:date|timestamp|datetime)(?!tz|.* with time zone)", re.I)
_ZONED_TYPE = re.compile(r"timestamptz|.* with time zone|interval", re.I)
_ZONED_TEXT = re.compile(r"%z|localtime|\d ?hours?\b", re.I)
_BARE = re.compile(r"(?:\d{4}([-/.])\d\d\1\d\d|\d\d([-/.])\d\d\2\d{4})(?P<time>[T ][\d:.,]+)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*?(?:Z| ?UTC|[+-]\d\d(?::?\d\d)?)")


def cut_columns(nodes: Iterable[dict[str, Tree]]) -> dict[str, frozenset[str]]:
    """Return for each column that a query computes, in small letters, the columns that it cuts.

    nodes: all of the query. Conditions cut nothing. A column of which the query minds the zone,
    here or where it makes the column, is left out.
    """
    computed = [(name.casefold(), tree) for node in nodes for name, tree in _computed(node)]
    zoned = {name for name, tree in computed if any(map(_minds_zone, nodes_of(tree)))}
    cuts: dict[str, frozenset[str]] = {}
    for name, tree in computed:
        columns = frozenset(column for column in _cut(tree) if column.casefold() not in zoned)
        if columns and name not in zoned:
            cuts[name] = cuts.get(name, frozenset()) | columns
    return cuts


def _computed(node: dict[str, Tree]) -> Iterator[tuple[str, Tree]]:
    for tree in node.get("select_list") or []:
        if tree.get("alias"):
            yield tree["alias"], tree
    for replaced in node.get("replace_list") or []:
        yield replaced["key"], replaced["value"]


def _minds_zone(node: dict[str, Tree]) -> bool:
    literal = node.get("literal") or {}
    return (
        node.get("function_name") in _MINDS
        or _ZONED_TYPE.fullmatch(_cast_type(node)) is not None
        or _ZONED_TEXT.search(str(literal.get("text", ""))) is not None
    )


def _cast_type(node: dict[str, Tree]) -> str:
    return str(node["type_expr"].get("type_name", "")) if node.get("class") == "CAST" else ""


def _cut(tree: Tree, is_cut: bool = False) -> Iterator[str]:
    """The columns below a function that cuts, or a cast to a type without a zone."""
    if isinstance(tree, dict):
        if tree.get("class") == "COLUMN_REF" and is_cut:
            yield tree["column_names"][-1]
        is_cut = (
            is_cut
            or tree.get("function_name") in _CUTS
            or tree.get("type") == "ARRAY_SLICE"
            or _BARE_TYPE.match(_cast_type(tree)) is not None
        )
        tree = [child for key, child in tree.items() if key != "when_expr"]
    for child in tree if isinstance(tree, list) else []:
        yield from _cut(child, is_cut)


def cut_notes(
    cuts: Mapping[str, frozenset[str]],
    answer: pd.DataFrame,
    tables: Iterable[RawTable],
    time_zone: str,
) -> Iterator[RawNote]:
    """Return a doubt on each column of the answer that is cut out of instants.

    There is none where all of them are of the same day, or time, on clocks in ``time_zone``.

    cuts: of :func:`cut_columns`. tables: those that the query reads.
    """
    read = list(tables)
    for at, name in enumerate(answer.columns):
        columns = cuts.get(str(name).casefold())
        cells = answer.iloc[:, at].dropna().tolist() if columns else []
        if not columns or not cells or not all(map(_is_bare, cells)):
            continue
        unit = "time" if any(map(_has_time, cells)) else "day"
        for header, place, instants in _cut_instants(columns, read):
            moved = [one for one in instants if _moves(one, unit, ZoneInfo(time_zone))]
            rows = sum(instants[one] for one in moved)
            if rows:
                yield RawNote(
                    rows=len(cells),
                    what=f"are cut by the query out of instants ('{header}' of {place}), of which "
                    f"{rows:,} {'is' if rows == 1 else 'are'} of another {unit} in {time_zone}",
                    at=at,
                    examples=tuple(map(str, moved[:3])),
                    remedy=f'Let the query select the instant itself: "{header}" AS {name}.',
                    is_doubt=True,
                )


def _cut_instants(
    columns: Iterable[str], tables: Iterable[RawTable]
) -> Iterator[tuple[str, str, Counter[Any]]]:
    """Where columns of these names hold instants, and how often each.

    None where one of the same name in another table holds none: the query may cut that.
    """
    for column in columns:
        found = [
            (str(header), table.place, Counter(filter(_is_instant, _cells(table, position))))
            for table in tables
            for position, header in enumerate(table.frame.columns)
            if folded([str(header)]) == folded([column])
        ]
        if all(instants for *_, instants in found):
            yield from found


def _cells(table: RawTable, position: int) -> "pd.Series[Any]":
    return as_objects(table.frame.iloc[:, position])


def _is_bare(cell: Any) -> bool:
    """Whether a cell is a day or a time that names no zone."""
    if isinstance(cell, str):
        return _BARE.fullmatch(cell.strip()) is not None
    return isinstance(cell, date) and getattr(cell, "tzinfo", None) is None


def _has_time(cell: Any) -> bool:
    if isinstance(cell, str):
        match = _BARE.fullmatch(cell.strip())
        return match is not None and match["time"] is not None
    return isinstance(cell, datetime) and cell.time() != time()


def _is_instant(cell: Any) -> bool:
    """Whether a cell is a point in time that names its zone."""
    if isinstance(cell, str):
        return _INSTANT.fullmatch(cell.strip()) is not None
    return isinstance(cell, datetime) and cell.tzinfo is not None


def _moves(instant: str | datetime, unit: str, zone: ZoneInfo) -> bool:
    """Whether clocks in ``zone`` show another day, or time, than the one that is written."""
    try:
        if isinstance(instant, str):
            instant = datetime.fromisoformat(instant.strip().removesuffix("UTC").strip())
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=ZoneInfo("UTC"))
        there = instant.astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):  # no time, or one at an end of the calendar
        return False
    written = instant.replace(tzinfo=None)
    return there.date() != written.date() if unit == "day" else there != written
