"""Costs that a later pull of the same report holds again, with amounts that were restated."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import shown_rows, sums
from connectors.mapping.unmapped.columns import UnmappedColumns
from kpis.display import listed

_LEAST = 5
"""Pairs of rows; fewer of them are a coincidence."""
_RESTATED = 0.05
"""By what share of the larger one two pulls of an amount differ at most."""
_SHARE = 0.9
"""The share of pairs that are so close; the amounts of two ad sets differ freely."""
_DAY = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ].*)?")
_PULL = re.compile(
    r"(?<![a-z])(?:pull|export|extract|import|(?:up|down)?load|sync|fetch|snapshot|batch"
    r"|run(?![a-z])|insert|ingest|version)",
    re.IGNORECASE,
)

Positions = npt.NDArray[np.intp]
Texts = npt.NDArray[np.object_]


def restated_notes(table: str, rows: pa.Table, unmapped: UnmappedColumns) -> list[Note]:
    """Return a doubt where a block of costs stands again below, equal in all but a few percent.

    rows: those loaded. Where an unmapped column keeps the rows of every pair apart, and is neither
    a day nor named like a pull, it breaks a campaign down: two ad sets of one budget are no
    restatement.
    """
    keys = [n for n in rows.column_names if n != "amount" and rows[n].null_count < rows.num_rows]
    if table != "costs" or len(keys) < 2:
        return []
    if rows.group_by(keys).aggregate([([], "count_all")]).num_rows > rows.num_rows - _LEAST:
        return []
    frame = rows.to_pandas()
    first, second = _pairs(frame, keys)
    if len(first) < _LEAST or not _is_block(first, second, frame["spent_on"]):
        return []
    if not _are_close(frame["amount"].to_numpy(), first, second):
        return []
    others = {name: unmapped.texts(at) for at, name in unmapped.headers.items()}
    apart = {name: texts for name, texts in others.items() if _are_apart(texts, first, second)}
    pulls = [name for name, texts in apart.items() if _is_of_pull(name, texts)]
    if len(pulls) < len(apart):
        return []
    pairs = zip(shown_rows(table, frame.loc[first[:EXAMPLES]]), first, second, strict=False)
    mapped = [unmapped.called[name] for name in keys if name in unmapped.called]
    return [
        Note(
            table=table,
            column="",
            rows=len(first),
            what=f"stand again below, equal in {listed(mapped)}, with an amount that is within 5%"
            f"{sums(frame.loc[first])}{_kept_apart(pulls)}",
            examples=tuple(
                f"row {unmapped.numbers[at]} as {unmapped.numbers[to]}: {text}"
                for text, at, to in pairs
            ),
            remedy=_remedy(mapped, pulls),
            is_doubt=True,
        )
    ]


def _pairs(frame: pd.DataFrame, keys: list[str]) -> tuple[Positions, Positions]:
    """The positions of each row and of the next one with the same keys; amounts of 0 are left out.

    In the order of the first ones.
    """
    counts = np.flatnonzero((frame["amount"].fillna(0) != 0).to_numpy())
    which = frame.loc[counts].groupby(keys, dropna=False, sort=False).ngroup().to_numpy()
    order = np.argsort(which, kind="stable")
    again = which[order[:-1]] == which[order[1:]]
    first, second = counts[order[:-1][again]], counts[order[1:][again]]
    by_first = np.argsort(first)
    return first[by_first], second[by_first]


def _is_block(first: Positions, second: Positions, days: "pd.Series[Any]") -> bool:
    """Whether rows stand again as a block: below all the first ones, or in their order.

    Rows of one day beside each other are a breakdown of that day.
    """
    if second.min() > first.max():
        return True
    run = (days != days.shift()).cumsum().to_numpy()
    return bool((np.diff(second) > 0).all() and (run[first] != run[second]).all())


def _are_close(amounts: npt.NDArray[np.float64], first: Positions, second: Positions) -> bool:
    larger = np.maximum(np.abs(amounts[first]), np.abs(amounts[second]))
    is_close = np.abs(amounts[first] - amounts[second]) <= _RESTATED * larger
    return bool(is_close.mean() >= _SHARE)


def _are_apart(texts: Texts, first: Positions, second: Positions) -> bool:
    """Whether a column differs in each pair, by a few values: more are figures, or ids of rows."""
    one, other = texts[first], texts[second]
    return bool((one != other).all()) and len({*one, *other}) <= len(first)


def _is_of_pull(name: str, texts: Texts) -> bool:
    are_days = all(_DAY.fullmatch(text.strip()) for text in {*texts} - {""})
    return bool(are_days or _PULL.search(name))


def _kept_apart(pulls: list[str]) -> str:
    quoted = [f"'{name}'" for name in pulls]
    return (
        f"; {listed(quoted)} {'keeps' if len(pulls) == 1 else 'keep'} them apart" if pulls else ""
    )


def _remedy(keys: list[str], pulls: list[str]) -> str:
    counted = "If they are two pulls of one report, they count twice: "
    if not pulls:
        return f"{counted}remove the earlier block."
    quoted = ", ".join(f'"{name}"' for name in keys)
    newest = f'PARTITION BY {quoted} ORDER BY "{pulls[0]}" DESC'
    return (
        f"{counted}let a query take the newest (SELECT … QUALIFY row_number() OVER ({newest}) = 1)."
    )
