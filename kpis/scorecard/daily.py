"""A selection's facts per group, measure and day, asked for once: any window is a slice of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Seen = npt.NDArray[np.bool_]
Columns = Mapping[str, npt.NDArray[Any]]
"""The columns of an engine's answer, by name."""

_WEIGHTED = ("customers_started", "customers_ended")
"""The measures that count for as many days as they are there: see Daily.active_days."""
_LONGEST = 10_000_000
"""More days than there are between any two dates."""


@dataclass(frozen=True, eq=False)
class Daily:
    """One measure: values per group, day, and day that the cohort began, in this order.

    groups: the number of each row's group. cohort_days: NaT where there is no cohort.
    count: how many groups there are, some of which may have no row.
    """

    groups: Places
    days: Days
    cohort_days: Days
    values: Values
    count: int = 1

    def sums(self, firsts: Days, lasts: Days) -> Values:
        """The sums from each of ``firsts`` to its last, that day included: (groups, windows)."""
        begins, ends = self._places(firsts, "left"), self._places(lasts, "right")
        slices = np.stack([begins, ends], axis=-1).reshape(-1)
        sums = np.add.reduceat(np.append(self.values, 0.0), slices)[::2].reshape(begins.shape)
        return np.where(begins < ends, sums, 0.0)

    def has_any(self, firsts: Days, lasts: Days) -> Seen:
        """Whether there is a value from each of ``firsts`` to its last: (groups, windows)."""
        return self._places(firsts, "left") < self._places(lasts, "right")

    def cohort_sums(self, firsts: Days, lasts: Days, horizons: Days) -> Values:
        """The sums up to ``horizons`` of cohorts that began in each window: (groups, windows)."""
        began, windows = self.cohort_days, zip(firsts, lasts, horizons, strict=True)
        counted = [
            self.values * ((began >= first) & (began <= last) & (self.days <= horizon))
            for first, last, horizon in windows
        ]
        return self._by_group(np.reshape(counted, (len(firsts), len(began))))

    def active_days(self, firsts: Days, lasts: Days) -> Values:
        """The days that values are there in each window, weighted by them: (groups, windows).

        From the value's own day, or the window's first if later, to its last, both included.
        """
        begun = np.maximum(self.days, firsts[:, np.newaxis])
        active = np.maximum((lasts[:, np.newaxis] - begun).astype(np.int64) + 1, 0)
        return self._by_group(self.values * active)

    def lengths(self, firsts: Days, lasts: Days) -> dict[tuple[int, int], tuple[Places, Values]]:
        """The days from the cohort's to the own day, sorted, and the values that took them.

        By places of the group and of the window; none where there is no value.
        """
        begins, ends = self._places(firsts, "left"), self._places(lasts, "right")
        lengths = (self.days - self.cohort_days).astype(np.int64)
        found = {}
        for group, window in zip(*np.nonzero(begins < ends), strict=True):
            at = slice(begins[group, window], ends[group, window])
            order = np.argsort(lengths[at], kind="stable")
            found[int(group), int(window)] = lengths[at][order], self.values[at][order]
        return found

    @cached_property
    def _keys(self) -> Places:
        return self.groups * _LONGEST + self.days.astype(np.int64)

    def _places(self, days: Days, side: Literal["left", "right"]) -> Places:
        """Where in each group's rows each of ``days`` is, or would be: (groups, windows)."""
        groups = np.arange(self.count, dtype=np.int64)[:, np.newaxis]
        return np.searchsorted(self._keys, groups * _LONGEST + days.astype(np.int64), side)

    def _by_group(self, values: Values) -> Values:
        """The sums of each window's values, (windows, rows): (groups, windows)."""
        places = self.groups + self.count * np.arange(len(values))[:, np.newaxis]
        sums = np.bincount(places.ravel(), values.ravel(), self.count * len(values))
        return sums.astype(np.float64).reshape(len(values), self.count).T


@dataclass(frozen=True, eq=False)
class DailyFacts:
    """The measures of a selection, by the name of each, and the groups in the order of names.

    groups: values of the dimension that was asked by, or "" alone.
    """

    groups: tuple[str, ...]
    measures: Mapping[str, Daily]

    def __getitem__(self, measure: str) -> Daily:
        """A measure, without any row where there is nothing of it."""
        nothing = np.empty(0, "datetime64[D]")
        empty = Daily(np.empty(0, np.int64), nothing, nothing, np.empty(0), len(self.groups))
        return self.measures.get(measure, empty)


@dataclass(frozen=True)
class Cuts:
    """What windows need of days: no more than where they begin and end.

    at: ISO days in order; every window begins on one and ends on the day before one, so that the
    days between two need not be told apart. since: the first day of any window. of_cohorts: whether
    windows are of the days on which cohorts began, too, and need nothing of earlier ones.
    """

    since: str
    at: tuple[str, ...]
    of_cohorts: bool = False

    @classmethod
    def of(cls, starts: Days, days: Sequence[Days], of_cohorts: bool = False) -> "Cuts":
        """The cuts of windows with these first days, at all of ``days``."""
        at = np.unique(np.concatenate(days)).astype(str).tolist()
        return cls(str(starts.min()), tuple(at), of_cohorts)


def as_days(days: Sequence[date]) -> Days:
    """Days as numpy has them."""
    return np.array(days, dtype="datetime64[D]")


def daily_question(
    rows: ir.Table,
    values: Sequence[str],
    by: str | None = None,
    measures: Collection[str] | None = None,
    cohorts_of: Collection[str] | None = None,
    cuts: Cuts | None = None,
) -> ir.Table:
    """The one question for the measures of ``rows``, facts of one selection, by day.

    values: the columns to sum. by: the column to group by; without it the one group is "".
    measures: those that are needed; cohorts_of: those of them whose days of cohorts are. Both are
    all of them by default. cuts: of windows, where days within these need not be told apart.
    """
    if measures is not None:
        rows = rows.filter(rows.measure.isin(sorted(measures)))
    cohort_day = rows.cohort_day
    if cohorts_of is not None:
        is_needed = rows.measure.isin(sorted(cohorts_of))
        cohort_day = ibis.ifelse(is_needed, cohort_day, ibis.null("date"))
    rows = rows.mutate(group=ibis.literal("") if by is None else rows[by], cohort_day=cohort_day)
    if cuts is not None:
        rows = _cut(rows, cuts)
    keys = ("measure", "group", "day", "cohort_day")
    return rows.group_by(keys).agg(**{name: rows[name].sum() for name in values}).order_by(keys)


def _cut(rows: ir.Table, cuts: Cuts) -> ir.Table:
    """Put the first of two cuts in place of the days between; rows have cohort days where needed.

    Where windows are not of cohorts, rows with cohort days and weighted days keep theirs. Rows of
    cohorts that began before every window, and with nothing in one, are left out.
    """
    since, *at = (ibis.literal(day).cast("date") for day in (cuts.since, *cuts.at))
    begins = [ibis.literal(date.min), *at]

    def first_of(day: ir.Value) -> ir.Value:
        return ibis.cases(*((day < end, begin) for begin, end in pairwise(begins)), else_=at[-1])

    began = rows.cohort_day
    if cuts.of_cohorts:
        rows = rows.filter(began >= since)
        return rows.mutate(day=first_of(rows.day), cohort_day=first_of(rows.cohort_day))
    is_kept = rows.measure.isin(_WEIGHTED) | began.notnull()
    rows = rows.mutate(day=ibis.ifelse(is_kept, rows.day, first_of(rows.day)))
    return rows.filter(rows.cohort_day.isnull() | (rows.cohort_day >= since) | (rows.day >= since))


def daily_facts(columns: Columns, values: Sequence[str], is_grouped: bool) -> dict[str, DailyFacts]:
    """The measures in the ``columns`` of an answer to :func:`daily_question`, for each one summed.

    A null value is no row.
    """
    found, groups = pd.factorize(columns["group"])  # sorts the groups alone, not every row
    order = np.argsort(groups)
    places = np.argsort(order)[found]
    known = tuple(groups[order].tolist()) if is_grouped else ("",)
    return {name: _by_measure(columns, name, known, places) for name in values}


def _by_measure(columns: Columns, of: str, groups: tuple[str, ...], places: Places) -> DailyFacts:
    """The measures that a column of values has; the columns are in the order of measures."""
    values, measures = columns[of], columns["measure"]
    days, cohort_days = (columns[d].astype("datetime64[D]") for d in ("day", "cohort_day"))
    there = np.flatnonzero(~np.isnan(values))
    names = measures[there]
    begins = np.flatnonzero(np.append(True, names[1:] != names[:-1])[: len(names)])
    slices = [there[slice(*ends)] for ends in pairwise([*begins.tolist(), len(names)])]
    by_measure = {
        str(measures[at[0]]): Daily(places[at], days[at], cohort_days[at], values[at], len(groups))
        for at in slices
    }
    return DailyFacts(groups, by_measure)
