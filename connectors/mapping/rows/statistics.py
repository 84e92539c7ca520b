"""Rows below a table that hold its highest, lowest or middle amount: ``Max``, ``Ø``, ``Anzahl``."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from connectors.mapping.cells import Cells, matching

Amounts = npt.NDArray[np.float64]

_LEAST = 2
"""Amounts that have a statistic: of one it is that amount."""
_STATISTICS: dict[Callable[[Amounts], float], str] = {
    np.max: "max maximum maximal máximo maximo massimo maks maksimum",
    np.min: "min minimum minimal mínimo minimo",
    np.mean: "avg mean average ø durchschnitt mittelwert mittel schnitt moyenne promedio media "
    "média gemiddelde średnia průměr priemer átlag genomsnitt gennemsnitt gjennomsnitt keskiarvo "
    "ortalama среднее",
    np.median: "median mediana médiane mediaan medián",
    len: "count anzahl nombre cantidad aantal počet",
}
_MEANT = {word: meant for meant, words in _STATISTICS.items() for word in words.split()}


def statistics_named(cells: Cells) -> dict[int, str]:
    """Return the positions of values that are the name of a statistic, each with its name."""
    words = {
        at: cells.values[at].casefold().rstrip(" .:") for at in matching(cells.texts, "^.{1,14}$")
    }
    return {at: word for at, word in words.items() if word in _MEANT}


def statistic(word: str, amounts: Amounts) -> float:
    """Return what ``word`` names of the amounts; NaN where fewer than two are known."""
    known = amounts[~np.isnan(amounts)]
    return float(_MEANT[word](known)) if len(known) >= _LEAST else float("nan")
