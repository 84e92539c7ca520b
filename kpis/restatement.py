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

What R' held on the day T is said exactly by facts made anew as of T, which takes seconds, or with a
million leads a minute. Without a filter it is read off the facts of today instead, cut at that
day: no later touch moves a total. A lead that came after T is left out, whatever is dated before
it, and the follow-up rate is asked of the MQLs whose time was up on T. What this misses are
oddities: a stage dated twice, by its column after T and by its stage before it; a deal won before
its lead was created; a customer that a deal of after T names by the id of a lead.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import nan
from typing import NamedTuple

from kpis.calendar import Period, is_working_day, last_whole, period_of
from kpis.catalogue import CATALOGUE, SEVEN_KEYS, Kpi
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel, Company, Definitions
from kpis.display import listed, shown
from kpis.model import BUILT_IN_DIMENSIONS
from kpis.restatement_parts import Cause, Part, parts_of, sentence
from kpis.scorecard import scorecard
from kpis.sensitivity import moves_credit
from kpis.sign import day_text
from kpis.sums import Facts, Where, filtered_by
from kpis.usual_range import CHANGED_BY, COHORT_KPI

SHOWN = (*SEVEN_KEYS, "leads", "follow_up_rate", "revenue")
"""The KPIs that a meeting looks at."""

_FOLLOW_UP = "follow_up_rate"
_PREDICTED = ("clv", "clv_to_cac")
_OF_LEADS = (
    *("leads", "mqls", "sqls", "converted_leads", "customers_with_lead"),
    *("follow_ups_in_time", "follow_ups_late"),
)
"""Measures of leads; their cohort_day is the day that the lead was created."""
_SINCE = {
    COHORT_KPI: "from leads that have become customers since",
    _FOLLOW_UP: "from MQLs whose time was up only since",
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
class Kept:
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
    """A figure that reads otherwise now; the amounts of its parts add up to now − shown."""

    kpi: Kpi
    period: Period
    shown: float
    now: float
    parts: tuple[Part, ...]
    sentence: str


@dataclass(frozen=True)
class Restated:
    """What became of the figures of a meeting.

    unchanged: how many read as they did. not_comparable: why others cannot be compared, a
    sentence each.
    """

    changed: tuple[Restatement, ...] = ()
    unchanged: int = 0
    not_comparable: tuple[str, ...] = ()


def shown_figures(facts: Facts, where: Where) -> list[Figure]:
    """What a meeting shows of a selection: the last whole week, the month and quarter to date."""
    as_of, company = facts.as_of, facts.company
    to_date = [period_of(unit, as_of, company).until(as_of) for unit in ("month", "quarter")]
    periods = [*last_whole("week", 1, as_of, company), *to_date]
    rows = scorecard(facts, periods, None, where).to_dict("records")
    return [
        Figure(key, period, float(row[key]))
        for period, row in zip(periods, rows, strict=True)
        for key in SHOWN
    ]


def restatements(
    meeting: Shown,
    now: Facts,
    model: AttributionModel,
    kept: Kept | None,
    made_as_of: Callable[[date], Facts],
) -> Restated:
    """Return which figures of a meeting read otherwise now, and why; see the head of this file.

    now, model: the facts of today, and the attribution model that they are of. kept: the
    meeting's snapshot, None where it is gone: then only what changed since then is told apart.
    made_as_of: the facts of today made anew as of a day; asked only where nothing cheaper is exact.

    A figure changed when it is written otherwise, not when it differs in digits nobody was shown.
    """
    comparison = _Comparison(meeting, now, model, kept, made_as_of)
    refused = comparison.refused()
    if refused:
        return Restated(not_comparable=(refused,))
    whys = {figure[:2]: comparison.not_comparable(figure) for figure in meeting.figures}
    figures = [figure for figure in meeting.figures if not whys[figure[:2]]]
    today = _told(now, figures, meeting.where)
    changed = [figure for figure in figures if comparison.reads_otherwise(figure, today)]
    steps = [*comparison.steps(changed), ("since then", today)] if changed else []
    return Restated(
        tuple(comparison.restatement(figure, steps) for figure in changed),
        len(figures) - len(changed),
        tuple(dict.fromkeys(why for why in whys.values() if why)),
    )


_Told = Mapping[tuple[str, Period], tuple[float, str]]
"""KPI and period → its value, NaN where undefined, and why it is."""
_Step = tuple[Cause, _Told]
"""What one more thing changed, and what the figures are after it."""


@dataclass(frozen=True)
class _Comparison:
    """A meeting and today; see restatements."""

    meeting: Shown
    now: Facts
    model: AttributionModel
    kept: Kept | None
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
        said = "Not comparable: the meeting was filtered by"
        return f"{said} {listed(gone)}, which is no dimension any more." if gone else None

    def not_comparable(self, figure: Figure) -> str | None:
        """Why a figure cannot be compared; None where it can."""
        if figure.kpi not in CATALOGUE:
            return f"Not comparable: there is no KPI '{figure.kpi}' any more."
        short, is_later = CATALOGUE[figure.kpi].short, self.now.as_of > self.meeting.as_of
        predicts = self.now.definitions.clv_basis == "predictive"
        if figure.kpi in _PREDICTED and predicts and is_later:
            return f"{short} is not comparable: it is predicted as of the day of a report only."
        if figure.kpi == _FOLLOW_UP and self.kept:
            days = Period(figure.period.start, self.now.as_of)
            if _worked(days, self.kept.company) != _worked(days, self.now.company):
                return f"{short} is not comparable: other days are working days now."
        return None

    def reads_otherwise(self, figure: Figure, today: _Told) -> bool:
        """Whether a figure is written otherwise today."""
        kpi, currency = CATALOGUE[figure.kpi], self.now.company.currency
        return shown(kpi, figure.value, currency) != shown(kpi, today[figure[:2]][0], currency)

    def steps(self, figures: Sequence[Figure]) -> list[_Step]:
        """Each step up to the records of today as of the meeting's day."""
        meeting, kept, steps = self.meeting, self.kept, list[_Step]()
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
                steps.append((cause, _told(facts, figures, meeting.where)))
        return [*steps, ("late data" if kept else "not told apart", self._records(figures))]

    def _records(self, figures: Sequence[Figure]) -> _Told:
        """What the records of today say as of the meeting's day, the cheapest exact way."""
        as_of, where = self.meeting.as_of, self.meeting.where
        if as_of == self.now.as_of:
            return _told(self.now, figures, where)
        if filtered_by(where):
            return _told(self.made_as_of(as_of), figures, where)
        return _told_on(as_of, self.now, figures)

    def restatement(self, figure: Figure, steps: Sequence[_Step]) -> Restatement:
        """What made a figure differ, and the sentence that says so."""
        key, period, value = figure
        told = [(cause, values[key, period]) for cause, values in steps]
        parts = parts_of(value, [(cause, number) for cause, (number, _) in told])
        was, today = (value, told[0][1][1] if self.kept else ""), told[-1][1]
        kpi, currency = CATALOGUE[key], self.now.company.currency
        said = sentence(kpi, period, was, today, parts, self._words(kpi), currency)
        return Restatement(kpi, period, value, today[0], parts, said)

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
            "not told apart": "not told apart, as that meeting's snapshot is no longer kept",
        }


def _told(facts: Facts, figures: Iterable[Figure], where: Where) -> _Told:
    asked = [figure[:2] for figure in figures]
    if not asked:
        return {}
    periods = list(dict.fromkeys(period for _, period in asked))
    cards = dict(
        zip(periods, scorecard(facts, periods, None, where).to_dict("records"), strict=True)
    )
    return {
        (key, period): (float(cards[period][key]), cards[period]["reasons"].get(key, ""))
        for key, period in asked
    }


def _told_on(day: date, facts: Facts, figures: Sequence[Figure]) -> _Told:
    """What facts of a later day say of an earlier one, without a filter (head of this file)."""
    up, cut = _time_was_up_until(day, facts), dict[tuple[str, Period], Figure]()
    for key, period, value in figures:
        is_cut = key == _FOLLOW_UP and up >= period.start
        cut[key, period] = Figure(key, period.until(up) if is_cut else period, value)
    rows = facts.table
    is_to_come = (rows.measure.isin(_OF_LEADS) & (rows.cohort_day > day)).fill_null(False)
    then = replace(facts, table=rows.filter(~is_to_come), as_of=day)
    told = _told(then, cut.values(), {})
    found = {asked: told[seen[:2]] for asked, seen in cut.items()}
    none_due = [asked for asked in cut if asked[0] == _FOLLOW_UP and up < asked[1].start]
    return found | dict.fromkeys(none_due, (nan, "no MQL was due yet"))


def _time_was_up_until(as_of: date, facts: Facts) -> date:
    """The last day whose MQLs count for the follow-up rate by then (kpis.stages.lead_progress)."""
    day, worked, agreed = as_of, 0, facts.definitions.follow_up_working_days
    while worked <= (agreed if is_working_day(day, facts.company) else max(agreed, 1)):
        worked += is_working_day(day, facts.company)
        day -= timedelta(days=1)
    return day


def _worked(period: Period, company: Company) -> list[date]:
    days = (period.start + timedelta(days=n) for n in range(period.days))
    return [day for day in days if is_working_day(day, company)]
