"""Rows below a table that hold its highest, lowest or middle amount: ``Max``, ``Ø``, ``Anzahl``."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from connectors.mapping.cells import Cells, matching

Amounts = npt.NDArray[np.float64]

_LEAST = 2
"""Different amounts that have a statistic: of equal ones each is the highest, lowest and mean."""
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


def holds(word: str, amount: float, others: Amounts) -> bool:
    """Whether the amount is what ``word`` names of the others, and these are not all equal."""
    known = others[~np.isnan(others)]
    if len(np.unique(known)) < _LEAST:
        return False
    return bool(abs(_MEANT[word](known) - amount) < _HALF_A_CENT)


def is_name(word: str, words: Sequence[str], column: str, others: Amounts) -> bool:
    """Whether ``word`` may be a name of its own in the first or last row, by its ``column``.

    words: those of all rows that hold what they name; two different statistics are no names. A
    name of a person may be one else; that of a campaign where the amounts of the others are few,
    or repeat each other as prices do.
    """
    if word not in _NAMES.split() or len({_MEANT[one] for one in words}) > 1:
        return False
    known = others[~np.isnan(others)]
    differ = len(np.unique(known)) == len(known) >= _SEVERAL
    return column in _PEOPLE or not differ
