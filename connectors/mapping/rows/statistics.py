"""Rows below a table that hold its highest, lowest or middle amount: ``Max``, ``Ø``, ``Anzahl``."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping

import numpy as np
import numpy.typing as npt

from connectors.mapping.cells import Cells, matching

Amounts = npt.NDArray[np.float64]

_LEAST = 2
"""Amounts that have a statistic: of one it is that amount."""
_HALF_A_CENT = 0.005
_STATISTICS: dict[Callable[[Amounts], float], str] = {
    np.max: "max maximum maximal máximo maximo massimo maks maksimum",
    np.min: "min minimum minimal mínimo minimo",
    np.mean: "avg mean average ø durchschnitt mittelwert mittel schnitt moyenne promedio media "
    "média gemiddelde średnia průměr priemer átlag genomsnitt gennemsnitt gjennomsnitt keskiarvo "
    "ortalama среднее",
    np.median: "median mediana médiane mediaan medián",
    len: "count anzahl nombre cantidad aantal počet",
}
_NAMES = (
    "max maximal máximo maximo massimo min minimal mean mittel schnitt media média mediana count "
    "nombre"
)
"""Words that people, campaigns and products are called by, too."""
_PEOPLE = ("customer_id", "lead_id", "name")
"""Columns of names, of which the last may be Max, with the highest price of a list."""
_SEVERAL = 3
"""Amounts of which a row with a name of its own does not hold the highest or mean by chance."""
_MEANT = {word: meant for meant, words in _STATISTICS.items() for word in words.split()}


def statistics_named(cells: Cells) -> dict[int, str]:
    """Return the positions of values that are the name of a statistic, each with its name."""
    words = {
        at: cells.values[at].casefold().rstrip(" .:") for at in matching(cells.texts, "^.{1,14}$")
    }
    return {at: word for at, word in words.items() if word in _MEANT}


def statistics(
    called: Mapping[int, tuple[str, str]],
    amounts: Amounts,
    others: npt.NDArray[np.bool_],
    lacking: Collection[int],
) -> tuple[list[int], list[int]]:
    """Return the rows that are a statistic of the others, and those that may be one.

    They hold what they name. A statistic is at an end of the table, once, or lacks what other rows
    have. ``Max`` may be a customer with the highest price. Among equal amounts each is the highest,
    lowest and mean: only two different names there are a reason for a doubt.

    called: the column and the word by row. lacking: rows that lack what other rows have.
    """
    known, at = amounts[others], np.flatnonzero(others)
    held = {row: word for row, (_, word) in called.items() if _holds(word, amounts[row], known)}
    are_several = len({_MEANT[word] for word in held.values()}) > 1
    if len(np.unique(known)) < _LEAST:
        return [], list(held) if are_several else []
    times = Counter(word for _, word in called.values())
    found: list[int] = []
    for row, word in held.items():
        is_once_at_end = times[word] == 1 and not at[0] < row < at[-1]
        is_no_name = are_several or not _may_be_name(word, called[row][0], known)
        if row in lacking or (is_once_at_end and is_no_name):
            found.append(row)
    return found, [row for row in held if row not in found]


def _holds(word: str, amount: float, others: Amounts) -> bool:
    return len(others) >= _LEAST and abs(_MEANT[word](others) - amount) < _HALF_A_CENT


def _may_be_name(word: str, column: str, others: Amounts) -> bool:
    """Whether ``word`` may be a name of its own where it is alone at an end of the table.

    A name of a person may; that of a campaign where the amounts of the others are few, or repeat
    each other as prices do.
    """
    all_differ = len(np.unique(others)) == len(others) >= _SEVERAL
    return word in _NAMES.split() and (column in _PEOPLE or not all_differ)
