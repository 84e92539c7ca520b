"""What became of values that the settings name: what "*" took, what no row has, what is left."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Cells, shown, text_of, texts_of
from connectors.mapping.choices import EVERYTHING_ELSE, Names, folded_value, taken_by_rest
from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from kpis.display import listed
from kpis.model import Column

_LISTED = 12
"""Values that "*" took which are named one by one, the most frequent first."""
_ENTRIES: Mapping[str, Names] = {"lead_stages": {"mql": [], "sql": []}, "deal_stages": {}}
"""The stages that give figures: every other one of leads is listed, of deals where some are."""
_DENIALS = (
    "not no non never t cannot by competitor competition rival nicht nie kein keine von durch "
    "wettbewerb wettbewerber konkurrenz konkurrent pas jamais par concurrent ne sin nunca por "
    "competidor competencia mai da concorrente não nao pelo niet geen nooit door aan "
    "concurrentie ikke ikkje inte ej aldrig av af ei przez"
)
"""Beside the name of a choice they say that it is not so, or so of another: ``Won by a rival``.

``t`` is what is left of ``Won't``.
"""


def named_values(
    table: str,
    columns: Iterable[Column],
    cells: Mapping[str, Cells],
    named: Mapping[str, Names],
    loaded: Mapping[str, "pa.Array[Any]"],
    kept: npt.NDArray[np.bool_],
    before: datetime | None,
) -> list[Note]:
    """Return notes on values that "*" took, on values that no row has, on stages without a name.

    named: by column. loaded: the canonical columns, each amount with its currency. kept: which
    rows are not rejected. before: deals that were closed earlier are counted apart; a status that
    is open should have few.
    """
    notes: list[Note] = []
    for column in columns:
        if column.name in named and column.name in cells:
            names, own = named[column.name], cells[column.name]
            notes += _of_column(table, column, own, names, loaded, kept, before)
        if column.name == "stage" and column.name in cells and table in _ENTRIES:
            names = named.get(column.name, {})
            notes += _other_stages(table, cells[column.name], names, column, kept)
    return notes


def _other_stages(
    table: str, cells: Cells, names: Names, column: Column, kept: npt.NDArray[np.bool_]
) -> list[Note]:
    """The note on stages that are called by no name; of deals where some are."""
    meant = _ENTRIES[table]
    if not (names or meant) or any(map(_has_rest, names.values())):
        return []
    counts = np.bincount(cells.codes[kept & (cells.codes >= 0)], minlength=len(cells.values))
    texts = texts_of(cells.values)
    others = [at for at in taken_by_rest(texts, {**meant, **names}, column) if counts[at]]
    if not others:
        return []
    others.sort(key=lambda at: -counts[at])
    listing = [f"'{shown(texts[at])}' ({counts[at]:,})" for at in others[:_LISTED]]
    listing += [f"{len(others) - _LISTED} more"] if len(others) > _LISTED else []
    what = "have a stage that values.stage does not name: it is kept as it is"
    remedy = "Add those that mean a stage that it names."
    if meant:
        what = "have a stage that makes no lead an MQL or SQL"
        remedy = "Add those that mean MQL or SQL to values.stage."
    rows = int(counts[others].sum())
    what = f"{what}: {listed(listing)}"
    return [Note(table=table, column="", rows=rows, what=what, remedy=remedy)]


def _of_column(
    table: str,
    asked: Column,
    cells: Cells,
    names: Names,
    loaded: Mapping[str, "pa.Array[Any]"],
    kept: npt.NDArray[np.bool_],
    before: datetime | None,
) -> list[Note]:
    column = asked.name
    used = np.unique(cells.codes[cells.codes >= 0])
    texts = texts_of(cells.values[used])
    notes = _never(table, column, texts, names) if len(used) else []
    rest = next((name for name, given in names.items() if _has_rest(given)), None)
    if rest is None:
        return notes
    codes = np.where(kept, cells.codes, -1)
    taken = [int(used[at]) for at in taken_by_rest(texts, names, asked)]
    counts = {position: int((codes == position).sum()) for position in taken}
    taken = sorted((p for p in taken if counts[p]), key=lambda position: -counts[position])
    for position in taken[:_LISTED]:
        value = shown(text_of(cells.values[position]))
        what = f"have {column} '{value}', which values.{column} has \"*\" read as {rest}"
        rows = codes == position
        if table == "deals" and column == "status":
            like = _reads_like(value, names, asked, rest)
            notes.append(_status(value, what, rows, rest, loaded, before, like))
        else:
            notes.append(Note(table=table, column="", rows=counts[position], what=what))
    if more := taken[_LISTED:]:
        rows_of_more = sum(counts[position] for position in more)
        what = f'have {len(more)} more values of {column}, which "*" reads as {rest}, too'
        notes.append(Note(table=table, column="", rows=rows_of_more, what=what))
    return notes


def _has_rest(given: str | list[str]) -> bool:
    return EVERYTHING_ELSE in ([given] if isinstance(given, str) else given)


def _never(table: str, column: str, texts: list[str], names: Names) -> list[Note]:
    seen = {folded_value(text) for text in texts}
    wanted = [v for given in names.values() for v in ([given] if isinstance(given, str) else given)]
    never = [v for v in wanted if v != EVERYTHING_ELSE and folded_value(v) not in seen]
    if not never:
        return []
    quoted = listed([f"'{shown(value)}'" for value in never])
    what = f"have {quoted}, which values.{column} names"
    return [Note(table=table, column="", rows=0, what=what)]


def _status(
    value: str,
    what: str,
    rows: npt.NDArray[np.bool_],
    rest: str,
    loaded: Mapping[str, "pa.Array[Any]"],
    before: datetime | None,
    like: str,
) -> Note:
    """The note on a status of deals: what they amount to, and how many were closed already.

    like: the choice that the status reads like, if it is another than ``rest``.
    """
    mask = pa.array(rows)
    examples = loaded["deal_id"].filter(mask)[:EXAMPLES].to_pylist()
    sums = _sums(loaded["amount"].filter(mask), loaded["currency"].filter(mask))
    amount = f"; amounts: {sums}" if sums else ""
    closed = loaded["closed_at"].filter(mask).drop_null()
    past = int(pc.sum(pc.less(closed, before)).as_py() or 0) if before else 0
    dated = f"; closing date in the past: {past:,}" if past else ""
    is_past = rest == "open" and past > 0 and past * 2 >= len(closed)
    to = like or ("won or lost" if is_past else "")
    return Note(
        table="deals",
        column="",
        rows=int(rows.sum()),
        what=f"{what}{amount}{dated}",
        examples=tuple(shown(str(example)) for example in examples),
        remedy=f"Add '{value}' to {to} in values.status if it is one." if to else "",
        is_doubt=bool(to),
    )


def _reads_like(value: str, names: Names, asked: Column, rest: str) -> str:
    """The choice of which a status holds all words of a name: ``Won - Upsell`` reads like won.

    None where a word of denial is beside it, unless the name itself has one.
    """

    def is_named(choice: str) -> bool:
        given = names.get(choice, [])
        own = [choice, *([given] if isinstance(given, str) else given)]
        return any(
            found and found <= words and not (words - found).intersection(_DENIALS.split())
            for found in map(_words, own)
        )

    words = _words(value)
    if is_named(rest):
        return ""
    others = (choice for choice in asked.choices if choice not in (rest, "open"))
    return next(filter(is_named, others), "")


def _words(text: str) -> frozenset[str]:
    """Its words without numbers: ``1`` is no word of ``1. Lead``."""
    return frozenset(word for word in header_words(text).split() if not word.isdigit())


def _sums(amounts: "pa.Array[Any]", currencies: "pa.Array[Any]") -> str:
    """What amounts add up to, each currency by itself where they have several."""
    rows = pa.table({"currency": currencies, "amount": amounts})
    sums = rows.group_by("currency", use_threads=False).aggregate([("amount", "sum")])
    found = [(row["currency"], row["amount_sum"]) for row in sums.to_pylist() if row["amount_sum"]]
    if len(found) == 1:
        return f"{found[0][1]:,.0f} in all"
    return listed([f"{total:,.0f} {currency}" for currency, total in found])


def start_of(day: date, time_zone: str) -> datetime:
    """The first instant of a day in a zone."""
    return datetime.combine(day, time(), ZoneInfo(time_zone))
