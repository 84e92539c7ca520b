"""Restated figures: what an earlier meeting was shown, what the same days say now, and why.

A figure that was published and now reads otherwise is restated, as annual reports call it. The way
from the one to the other is walked in steps that change one thing each, so that what the steps
contribute adds up to the difference. With the records R, the attribution model M and the
definitions D of a meeting on the day T, and R', M', D' and T' of now:

    shown  =  (R, M, D, T)
           →  (R, M', D, T)       attribution
           →  (R, M', D', T)      definitions
           →  (R', M', D', T)     late data
           →  (R', M', D', T')    since then

By hand: 81 MQLs were shown. By the stages that count since, the same records hold 79, and 5 came in
late that are dated to those days: 84 now, +3 = −2 + 5. Had the late ones been counted first, by
the old definition, it might have been +6 − 3: the order is part of the meaning, so it is always
this one.

What R' held on the day T is said exactly by facts made anew as of T. Without a filter it is read
off the facts of today instead (kpis.change.earlier_day).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from kpis.calendar import Period, is_working_day, last_whole, period_of
from kpis.catalogue import CATALOGUE, COHORT_KPI, SEVEN_KEYS, Kpi
from kpis.change.earlier_day import FOLLOW_UP, Asked, Figures, figures_on, figures_today
from kpis.change.restatement_parts import Cause, Part, are_same, parts_of, sentence
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel, Company, Definitions
from kpis.display import day_text, listed, shown
from kpis.model import BUILT_IN_DIMENSIONS, Where
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts, filtered_by
from kpis.scorecard.sensitivity import moves_credit
from kpis.weeks.usual_range import CHANGED_BY

SHOWN = (*SEVEN_KEYS, "leads", "follow_up_rate", "revenue")
"""The KPIs that a meeting looks at."""

_PREDICTED = ("clv", "clv_to_cac")
_SINCE = {
    COHORT_KPI: "from leads that have become customers since",
    FOLLOW_UP: "from MQLs whose time was up only since",
}
"""What changes these KPIs after the meeting though the records of then stay; others, touches."""


class Figure(NamedTuple):
    """A KPI of a period as it was shown; NaN is undefined."""

    kpi: str
    period: Period
    value: float


@dataclass(frozen=True)
class Shown:
    """What a meeting was shown: on which day's report, under which filter and attribution model."""

    figures: tuple[Figure, ...]
    as_of: date
    where: Where
    model: AttributionModel


@dataclass(frozen=True)
class EarlierSnapshot:
    """The snapshot of a meeting, still kept.

    under: its facts, as of its own day, under a model and definitions. is_the_same: whether it
    is the very one, not a later one of the same day. same_sources: whether the tables of today
    are mapped from the same places.
    """

    company: Company
    definitions: Definitions
    under: Callable[[AttributionModel, Definitions], Facts]
    is_the_same: bool = True
    same_sources: bool = True


@dataclass(frozen=True)
class Restatement:
    """A figure that has changed since; the amounts of its parts add up to now − shown."""

    kpi: Kpi
    period: Period
    shown: float
    now: float
    parts: tuple[Part, ...]
    sentence: str


@dataclass(frozen=True)
class Restated:
    """What became of the figures of a meeting.

    unchanged: how many have not changed. not_comparable: why others cannot be compared, a
    sentence each.
    """

    changed: tuple[Restatement, ...] = ()
    unchanged: int = 0
    not_comparable: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """``3 of 30 figures have changed since``; empty where none could be compared."""
        changed, compared = len(self.changed), len(self.changed) + self.unchanged
        if not compared:
            return ""
        verb = "have" if changed > 1 else "has"
        return f"{changed or 'None'} of {compared} figures {verb} changed since"


def shown_figures(facts: Facts, where: Where) -> list[Figure]:
    """What a meeting shows of a selection: the last whole week, the month and quarter to date."""
    as_of, company = facts.as_of, facts.company
    to_date = [period_of(unit, as_of, company).until(as_of) for unit in ("month", "quarter")]
    periods = [*last_whole("week", 1, as_of, company), *to_date]
    rows = scorecard_rows(facts, periods, None, where)
    return [
        Figure(key, period, float(row[key]))
        for period, row in zip(periods, rows, strict=True)
        for key in SHOWN
    ]


def restatements(
    meeting: Shown,
    now: Facts,
    model: AttributionModel,
    kept: EarlierSnapshot | None,
    made_as_of: Callable[[date], Facts],
) -> Restated:
    """Return which figures of a meeting read otherwise now, and why; see the head of this file.

    now, model: the facts of today, and the attribution model that they are of. kept: the
    meeting's snapshot, None where it is gone: then only what changed since then can be separated.
    made_as_of: the facts of today made anew as of a day; asked only where nothing cheaper is exact.

    A figure changed when it is written otherwise, not when it differs in digits nobody was shown,
    nor when it was summed in another order.
    """
    comparison = _Comparison(meeting, now, model, kept, made_as_of)
    refused = comparison.refused()
    if refused:
        return Restated(not_comparable=(refused,))
    whys = {figure[:2]: comparison.not_comparable(figure) for figure in meeting.figures}
    figures = [figure for figure in meeting.figures if not whys[figure[:2]]]
    today = figures_today(now, [figure[:2] for figure in figures], meeting.where)
    changed = [figure for figure in figures if comparison.reads_otherwise(figure, today)]
    steps = [*comparison.steps(changed), ("since then", today)] if changed else []
    return Restated(
        tuple(comparison.restatement(figure, steps) for figure in changed),
        len(figures) - len(changed),
        tuple(dict.fromkeys(why for why in whys.values() if why)),
    )


_Step = tuple[Cause, Figures]
"""What one more thing changed, and what the figures are after it."""


@dataclass(frozen=True)
class _Comparison:
    """A meeting and today; see restatements."""

    meeting: Shown
    now: Facts
    model: AttributionModel
    kept: EarlierSnapshot | None
    made_as_of: Callable[[date], Facts]

    def refused(self) -> str | None:
        """Why nothing of the meeting can be compared; None where it can."""
        then, today = self.meeting.as_of, self.now.as_of
        if today < then:
            return f"The report of {day_text(today)} is older than the meeting of {day_text(then)}."
        for what in ("name", "currency", "time_zone"):
            reads = getattr(self.now.company, what)
            was = getattr(self.kept.company, what) if self.kept else reads
            if was != reads:
                label = what.replace("_", " ")
                return f"Not comparable: the company's {label} was {was}, now it is {reads}."
        known = {*BUILT_IN_DIMENSIONS, *self.now.dimensions}
        gone = [name for name in filtered_by(self.meeting.where) if name not in known]
        text = "Not comparable: the meeting was filtered by"
        return f"{text} {listed(gone)}, which is no dimension any more." if gone else None

    def not_comparable(self, figure: Figure) -> str | None:
        """Why a figure cannot be compared; None where it can."""
        if figure.kpi not in CATALOGUE:
            return f"Not comparable: there is no KPI '{figure.kpi}' any more."
        short, is_later = CATALOGUE[figure.kpi].short, self.now.as_of > self.meeting.as_of
        predicts = self.now.definitions.clv_basis == "predictive"
        if figure.kpi in _PREDICTED and predicts and is_later:
            return f"{short} is not comparable: it is predicted as of the day of a report only."
        if figure.kpi == FOLLOW_UP and self.kept:
            days = Period(figure.period.start, self.now.as_of)
            if _worked(days, self.kept.company) != _worked(days, self.now.company):
                return f"{short} is not comparable: other days are working days now."
        return None

    def reads_otherwise(self, figure: Figure, today: Figures) -> bool:
        """Whether a figure is another one today, and written otherwise."""
        was, now = figure.value, today[figure[:2]][0]
        if are_same(was, now):  # 1.5, summed in another order, may round to 1 instead of 2
            return False
        kpi, currency = CATALOGUE[figure.kpi], self.now.company.currency
        return shown(kpi, was, currency) != shown(kpi, now, currency)

    def steps(self, figures: Sequence[Figure]) -> list[_Step]:
        """Each step up to the records of today as of the meeting's day."""
        meeting, kept, steps = self.meeting, self.kept, list[_Step]()
        of = [figure[:2] for figure in figures]
        if kept:
            first: Cause = "other version" if kept.is_the_same else "late data"
            asked: list[tuple[Cause, AttributionModel, Definitions]] = [
                (first, meeting.model, kept.definitions)
            ]
            if self.model != meeting.model and moves_credit(None, meeting.where):
                asked.append(("attribution", self.model, kept.definitions))
            if self._switches():
                asked.append(("definitions", self.model, self.now.definitions))
            for cause, model, definitions in asked:
                facts = kept.under(model, definitions)
                steps.append((cause, figures_today(facts, of, meeting.where)))
        return [*steps, ("late data" if kept else "unknown", self._records(of))]

    def _records(self, of: Sequence[Asked]) -> Figures:
        """What the records of today say as of the meeting's day, the cheapest exact way."""
        as_of, where = self.meeting.as_of, self.meeting.where
        if as_of == self.now.as_of:
            return figures_today(self.now, of, where)
        if filtered_by(where):
            return figures_today(self.made_as_of(as_of), of, where)
        return figures_on(as_of, self.now, of)

    def restatement(self, figure: Figure, steps: Sequence[_Step]) -> Restatement:
        """What made a figure differ, and the sentence that says so."""
        key, period, value = figure
        wording = [(cause, values[key, period]) for cause, values in steps]
        parts = parts_of(value, [(cause, number) for cause, (number, _) in wording])
        was, today = (value, wording[0][1][1] if self.kept else ""), wording[-1][1]
        kpi, currency = CATALOGUE[key], self.now.company.currency
        text = sentence(kpi, period, was, today, parts, self._words(kpi), currency)
        return Restatement(kpi, period, value, today[0], parts, text)

    def _switches(self) -> list[str]:
        """The switches of the definitions that changed; attribution is a step of its own."""
        changed = self.now.definitions.changed_from(self.kept.definitions) if self.kept else ()
        return [name for name in changed if name != "attribution"]

    def _words(self, kpi: Kpi) -> dict[Cause, str]:
        """Each cause in words, as it is one of this KPI."""
        before, after = (ATTRIBUTION_MODELS[m] for m in (self.meeting.model, self.model))
        switches = self._switches()
        own = [name for name in switches if kpi.key in CHANGED_BY[name]] or switches
        changed = [
            f"{name} was {getattr(self.kept.definitions, name)}, "
            f"now {getattr(self.now.definitions, name)}"
            for name in own
            if self.kept
        ]
        since = "from later touches" if moves_credit(None, self.meeting.where) else "since then"
        is_mapped_so = self.kept is None or self.kept.same_sources
        return {
            "attribution": f"attribution ({before} then, {after} now)",
            "definitions": f"changed definitions ({'; '.join(changed)})",
            "late data": "late data" if is_mapped_so else "late data or another mapping",
            "since then": _SINCE.get(kpi.key, since),
            "other version": "another version of Alliance",
            "unknown": "of unknown cause, as that meeting's snapshot is no longer kept",
        }


def _worked(period: Period, company: Company) -> list[date]:
    days = (period.start + timedelta(days=n) for n in range(period.days))
    return [day for day in days if is_working_day(day, company)]
