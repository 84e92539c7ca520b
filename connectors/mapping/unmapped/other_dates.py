"""The wrong one of two dates: an estimate is mapped, and the day itself stands beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.unmapped.columns import UnmappedColumns

_DATE = r"(?: (?:date|day|time|datetime|timestamp|at|on|datum|dt))?"
_EST = (
    r"(?:est|estimated|expected|exp|planned|forecast(?:ed)?|projected|target|anticipated|tentative"
    r"|predicted|scheduled|geplante[rs]?|erwartete[rs]?|voraussichtliche[rs]?|prévue?|estimée?"
    r"|previst[oa]|estimad[oa]|stimat[oa]|verwachte?|geplande?|planowan[ya])"
)
_CLOSE = (
    r"(?:closed?|closing|won|win|signed|sold|abschluss|schluss|clôture|cierre|chiusura"
    r"|fechamento|sluit|zamknięcia)"
)
_ENTERED = (
    r"(?:created?|creation|entered|opened|record created|added|erstellt?|erstellungs|angelegt)"
)
_CHANGED = (
    r"(?:(?:last |zuletzt |date |letzte )*(?:modified|modification|updated?|changed?|activity"
    r"|geändert|änderung|bearbeitet))"
)
_DUE = r"(?:(?:payment |invoice )?due|fällig|fälligkeits?|échéance|vencimiento|scadenza)"
_PAID = (
    r"(?:(?:actual )?(?:paid|payment|paid out|settled|received|value|posting|booking|buchungs"
    r"|zahlungs?|zahl|bezahlt|gezahlt|eingangs|wertstellungs?|invoice|rechnungs))"
)
_ACTUAL = r"(?:actual|real|true|tatsächliche[rs]?|effective|réelle?|effettiv[oa]|werkelijke?)"


def _dates(words: str) -> str:
    """The headers of a date of these words: ``close date``, ``closed at``, ``date closed``."""
    named = rf"(?:(?:deal|opportunity|lead|contact|record) )?{words}(?: ?(?:am|datum))?{_DATE}"
    return rf"(?:{named}|(?:date|datum|day)(?: (?:of|der|de))? {words})"


@dataclass(frozen=True)
class _Pair:
    """Headers by which a date is mapped by mistake, and those of the column that is meant."""

    column: str
    mapped: "re.Pattern[str]"
    meant: "re.Pattern[str]"


def _pair(column: str, mapped: str, meant: str) -> _Pair:
    return _Pair(column, re.compile(mapped), re.compile(meant))


_CLOSED = f"(?:{_ACTUAL} )?{_dates(_CLOSE)}|{_ACTUAL} {_dates(_CLOSE)}"
_PAIRS = {
    "deals": (
        _pair("closed_at", rf"{_EST} .*", _CLOSED),
        _pair("closed_at", _dates(_ENTERED), _CLOSED),
        _pair("created_at", _dates(_CHANGED), _dates(_ENTERED)),
    ),
    "leads": (_pair("created_at", _dates(_CHANGED), _dates(_ENTERED)),),
    "payments": (_pair("paid_on", rf"{_EST} .*|{_dates(_DUE)}", _dates(_PAID)),),
    "costs": (_pair("spent_on", rf"{_EST} .*|{_dates(_DUE)}", _dates(_PAID)),),
}
_FILLED = 0.5
"""The share of rows that have the other date: a column that nobody fills is none."""


def date_notes(columns: UnmappedColumns, rows: pa.Table) -> Iterator[Note]:
    """Yield a doubt for each mapped date that is an estimate of an unmapped one, or another event.

    rows: those loaded; of deals the closed ones. The other column must hold dates in half of them,
    of which one or more are another day.
    """
    count = np.ones(rows.num_rows, dtype=bool)
    if columns.table == "deals":
        count = pc.not_equal(rows["status"], "open").to_numpy()
    for pair in _PAIRS.get(columns.table, ()):
        called = columns.called.get(pair.column, "")
        if not pair.mapped.fullmatch(header_words(called)):
            continue
        for at, header in columns.headed(pair.meant):
            own, other = (
                columns.days(one, pair.column) for one in (columns.origin[pair.column], at)
            )
            is_held = ~np.isnat(other) & count
            found = np.flatnonzero(is_held & (own != other))
            if len(found) and is_held.sum() >= _FILLED * count.sum():
                yield _note(columns, pair.column, header, found, (own, other))
                break


def _note(
    columns: UnmappedColumns,
    column: str,
    header: str,
    found: npt.NDArray[np.intp],
    days: tuple[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]],
) -> Note:
    own, other = days
    called = columns.called[column]
    return Note(
        table=columns.table,
        column="",
        rows=len(found),
        what=f"have another day in '{header}', which is not mapped, than in '{called}', which is "
        f"read as {column}",
        examples=tuple(
            f"row {columns.numbers[row]}: {other[row]}, read as {own[row]}"
            for row in found[:EXAMPLES]
        ),
        remedy=f'If they count from that day on, set columns.{column} = "{header}" under '
        f"[tables.{columns.table}].",
        is_doubt=True,
    )
