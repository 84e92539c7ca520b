"""A selection's facts per measure and day, asked for once: any period is a sum of their slices."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Daily:
    """One measure: its value per day, and per day that the cohort began, in the order of days.

    cohort_days: NaT where there is no cohort.
    """

    days: Days
    cohort_days: Days
    values: Values

    def between(self, first: date, last: date) -> Values:
        """The values from ``first`` to ``last``."""
        return self.values[self._places(first, last)]

    def total(self, first: date, last: date) -> float:
        """The sum from ``first`` to ``last``; 0 where there is none."""
        return float(self.between(first, last).sum())

    def total_of_cohort(self, first: date, last: date, horizon: date = date.max) -> float:
        """The sum up to ``horizon`` of cohorts that began from ``first`` to ``last``."""
        began = self.cohort_days
        is_asked = (began >= np.datetime64(first)) & (began <= np.datetime64(last))
        return float(self.values[is_asked & (self.days <= np.datetime64(horizon))].sum())

    def days_active(self, first: date, last: date) -> float:
        """The days from each value's own day, or ``first``, to ``last``, weighted by values."""
        so_far = self.days <= np.datetime64(last)
        since = np.maximum(self.days[so_far], np.datetime64(first))
        days = (np.datetime64(last) - since).astype(np.int64) + 1
        return float((self.values[so_far] * days).sum())

    def lengths(self, first: date, last: date) -> tuple[npt.NDArray[np.int64], Values]:
        """The days from the cohort's to the own day, sorted, of values between, and these."""
        places = self._places(first, last)
        lengths = (self.days[places] - self.cohort_days[places]).astype(np.int64)
        order = np.argsort(lengths, kind="stable")
        return lengths[order], self.values[places][order]

    def _places(self, first: date, last: date) -> slice:
        start, end = np.datetime64(first), np.datetime64(last)
        return slice(
            int(np.searchsorted(self.days, start)), int(np.searchsorted(self.days, end, "right"))
        )


NOTHING = Daily(np.empty(0, "datetime64[D]"), np.empty(0, "datetime64[D]"), np.empty(0))
"""A measure of which there is nothing."""


def daily_of(rows: ir.Table) -> dict[str, Daily]:
    """Return each measure of ``rows``, facts of one selection, by day: one question."""
    grouped = rows.group_by("measure", "day", "cohort_day").agg(value=rows.value.sum())
    found = grouped.order_by("measure", "day", "cohort_day").to_pyarrow()
    days, cohort_days = (
        found[name].to_numpy().astype("datetime64[D]") for name in ("day", "cohort_day")
    )
    values = found["value"].to_numpy()
    measures = found["measure"].to_numpy()
    begins = np.flatnonzero(np.append(True, measures[1:] != measures[:-1])[: len(measures)])
    slices = [slice(*ends) for ends in pairwise([*begins.tolist(), len(measures)])]
    return {str(measures[at.start]): Daily(days[at], cohort_days[at], values[at]) for at in slices}
