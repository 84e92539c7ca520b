"""Rows that are a share of the row above them: ``davon Google``, ``thereof: fees``."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from connectors.mapping.cells import Cells, matching, shown
from connectors.mapping.notes import RowDoubt
from connectors.mapping.rows.totals import Rows
from kpis.model import Column

_WORDS = "davon|darunter|hiervon|thereof|of which|di cui|de los cuales|de las cuales|waarvan|w tym"
_OF_WHICH = re.compile(rf"(?:{_WORDS})(?!\w).*", re.IGNORECASE | re.DOTALL)


def shares(
    table: str, columns: Sequence[Column], cells: Mapping[str, Cells], apart: Rows
) -> list[RowDoubt]:
    """Return the doubt on rows that say they are part of another, in a table with amounts.

    apart: rows that are known to be none. No more than that is checked: what a share belongs to
    may stand anywhere above.
    """
    found: dict[int, str] = {}
    if not any(column.kind == "money" for column in columns):
        return []
    for column in columns:
        held = cells[column.name]
        if column.kind in ("text", "choice"):
            begin = matching(held.texts, rf"(?i)^\s*(?:{_WORDS})")
            like = [at for at in begin if _OF_WHICH.fullmatch(held.values[at].strip())]
            for row in np.flatnonzero(np.isin(held.codes, like) & ~apart).tolist():
                found.setdefault(row, shown(held.values[held.codes[row]].strip()))
    what = "say that they are a share of another row, which holds their amounts, too"
    remedy = "If so, they count twice: take them, or the rows that they are part of, out."
    return [RowDoubt(table, found, what, remedy)] if found else []
