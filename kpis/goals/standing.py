"""The one verdict of a KPI on its goal in a period, and its words; every channel shows these.

The goal of a count or an amount is due by working days, a ratio's is due whole. On track from 95 %
of what is due, at risk from 80 %, else off track, mirrored where down is better. A forecast whose
whole range misses the goal makes "on track" "at risk". A period that is over is reached or missed.

By hand: of 1,250 MQLs 1,250 × 37 ÷ 66 = 701 are due on the 37th of 66 working days. 609 are 87 % of
these: at risk. The other 641 are to come in 29 working days: it needs 22 a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isnan
from typing import Literal

from kpis.calendar import Period, working_days
from kpis.catalogue import Kpi
from kpis.definitions import Company
from kpis.display import (
    agreed_percent,
    brief,
    counted,
    is_above,
    lower_first,
    percent,
    period_label,
)
from kpis.document import Tone
from kpis.goals.forecast import Forecast, NotForecast

Status = Literal["on_track", "at_risk", "off_track", "too_early", "reached", "missed", "undefined"]
ON_TRACK_FROM, AT_RISK_FROM = 0.95, 0.80
WORDS: dict[Status, tuple[str, Tone]] = {
    "on_track": ("On track", "good"),
    "at_risk": ("At risk", "warning"),
    "off_track": ("Off track", "bad"),
    "too_early": ("Too early", "quiet"),
    "reached": ("Reached", "good"),
    "missed": ("Missed", "bad"),
    "undefined": ("Undefined", "quiet"),
}
"""Status → its word and tone."""
RULE = (
    f"On track means {agreed_percent(ON_TRACK_FROM)} of what is due and a forecast whose range "
    "reaches the goal ([[targets]])."
)


@dataclass(frozen=True)
class Standing:
    """How a KPI compares with its goal in a period, as of a day.

    actual: NaN where undefined. due: what the goal asks for by that day.
    attainment: share of what is due that was reached, due ÷ actual where down is better; None
        while nothing is due yet, and where target or value is zero or below.
    status: too early before the first working day of a goal that is due by working days.
    days_left: working days of the period after the day.
    required_per_day: what each of these must bring; None for a ratio, and without any left.
    forecast: None where none was asked for, as for a period that is over.
    """

    kpi: Kpi
    period: Period
    company: Company = field(repr=False)
    actual: float
    target: float
    due: float
    attainment: float | None
    status: Status
    days_left: int
    required_per_day: float | None
    forecast: Forecast | NotForecast | None = None

    @property
    def period_name(self) -> str:
        """``November 2026``."""
        return period_label(self.period, self.company)

    @property
    def word(self) -> str:
        """The verdict in a word or two: ``On track``, ``Missed``."""
        return WORDS[self.status][0]

    @property
    def tone(self) -> Tone:
        """Whether the verdict is good or bad, for its colour."""
        return WORDS[self.status][1]

    @property
    def is_well(self) -> bool:
        """Whether it is on track, or was reached."""
        return self.status in ("on_track", "reached")

    @property
    def is_behind(self) -> bool:
        """Whether it is at risk or off track, or was missed."""
        return self.status in ("at_risk", "off_track", "missed")

    @property
    def is_reached(self) -> bool:
        """Whether the value is at least as good as the whole goal."""
        return not (isnan(self.actual) or _is_worse(self.kpi, self.actual, self.target))

    @property
    def is_reached_early(self) -> bool:
        """Whether a count or an amount that still has working days left reached its goal."""
        return self.kpi.additive and self.target > 0 and self.is_reached and self.days_left > 0

    @property
    def verdict(self) -> str:
        """``On track 95%``, ``At risk 87%``, ``Too early``, ``Reached 116%``, ``Missed by 11``."""
        if self.status == "missed":
            gap, nothing = (
                self.text(value).replace("%", " points")
                for value in (abs(self.actual - self.target), 0.0)
            )
            return "Just missed" if gap == nothing else f"Missed by {gap}"
        if self.attainment is None:
            return self.word
        line = ON_TRACK_FROM if self.status == "at_risk" else AT_RISK_FROM
        is_below = self.status in ("at_risk", "off_track") and self.attainment < line
        share = percent(self.attainment, line) if is_below else f"{self.attainment:.0%}"
        return f"{self.word} {share}"

    @property
    def due_text(self) -> str:
        """``281 of 293 due``; of a ratio and of a period that is over ``4.1%, goal 5.0%``."""
        if self._is_due_in_part:
            return f"{self.text(self.actual)} of {self.text(self.due)} due"
        return f"{self.text(self.actual)}, goal {self.text(self.target)}"

    @property
    def required_text(self) -> str:
        """``22 a day``, ``€45k on the last day``; empty where nothing more is required."""
        if not self.required_per_day:
            return ""
        when = "on the last day" if self.days_left == 1 else "a day"
        return f"{self.text(self.required_per_day)} {when}"

    @property
    def needs_text(self) -> str:
        """``needs 22 a day`` where the KPI is behind; else empty."""
        return f"needs {self.required_text}" if self.is_behind and self.required_text else ""

    @property
    def heading_text(self) -> str:
        """``heading for 352 (329–375)``: the forecast and its range; empty without one."""
        end = self.forecast
        if not isinstance(end, Forecast):
            return ""
        return f"heading for {end.text(self.company.currency)}"

    @property
    def sentence(self) -> str:
        """``MQLs: at risk 87% (609 of 701 due, goal 1,250, needs 22 a day).``."""
        return f"{self.kpi.short}: {lower_first(self.verdict)} ({self.evidence})."

    @property
    def reached_early_text(self) -> str:
        """A sentence for one that was reached early, with the working days that are left."""
        left = f"{counted(self.days_left, 'working day')} left"
        what = f"{self.kpi.short} reached the goal of {self.period_name} early"
        return f"{what}: {self.text(self.actual)} of {self.text(self.target)}, with {left}."

    @property
    def evidence(self) -> str:
        """The figures behind the verdict: ``609 of 701 due, goal 1,250, needs 22 a day``."""
        goal = f"goal {self.text(self.target)}" if self._is_due_in_part else ""
        return ", ".join(filter(None, (self.due_text, goal, self.needs_text, self.heading_text)))

    def text(self, value: float) -> str:
        """A value of the KPI where room is scarce."""
        return brief(self.kpi, value, self.company.currency)

    @property
    def _is_due_in_part(self) -> bool:
        return self.kpi.additive and self.status in ("on_track", "at_risk", "off_track")


def standing(
    kpi: Kpi,
    actual: float,
    target: float,
    period: Period,
    as_of: date,
    company: Company,
    forecast: Forecast | NotForecast | None = None,
) -> Standing:
    """Hold ``actual``, the KPI of ``period`` as of a day, against the target for all of it.

    Where target or value is zero or below, it is on track when at least as good as what is due.
    """
    total = working_days(period, company)
    done = working_days(period.until(as_of), company) if as_of >= period.start else 0
    left = total - done
    due = target * done / total if kpi.additive and total else target
    required = max(0.0, target - actual) / left if kpi.additive and left else None
    is_early = kpi.additive and left > 0 and not done
    attainment = None if is_early or isnan(actual) else _attainment(kpi, actual, due)
    status: Status
    if isnan(actual):
        status = "undefined"
    elif period.end < as_of:
        status = "missed" if _is_worse(kpi, actual, target) else "reached"
    elif is_early:
        status = "too_early"
    else:
        status = _pace(kpi, actual, due, attainment)
        if status == "on_track" and isinstance(forecast, Forecast):
            best = forecast.high if kpi.better == "up" else forecast.low
            status = "at_risk" if _is_worse(kpi, best, target) else status
    return Standing(
        *(kpi, period, company, actual, target, due, attainment, status, left, required, forecast)
    )


def worst_first(found: Iterable[Standing]) -> list[Standing]:
    """Those that are behind, the furthest behind first."""
    return sorted((one for one in found if one.is_behind), key=lambda one: one.attainment or 0.0)


def behind_first(found: Sequence[Standing]) -> list[Standing]:
    """All of them: those that are behind, the furthest behind first, then the others."""
    return [*worst_first(found), *(one for one in found if not one.is_behind)]


def by_period(found: Iterable[Standing]) -> dict[Period, list[Standing]]:
    """Those of each period, in the order in which the periods come."""
    held: dict[Period, list[Standing]] = {}
    for one in found:
        held.setdefault(one.period, []).append(one)
    return held


def tally(found: Iterable[Standing]) -> str:
    """``2 of 3 goals on track`` of those that can be judged; ``2 of 3 goals reached`` when over."""
    judged = [one for one in found if one.is_well or one.is_behind]
    if not judged:
        return "too early to say"
    over = sum(one.status in ("reached", "missed") for one in judged)
    words = "reached" if over == len(judged) else "on track or reached" if over else "on track"
    return f"{sum(one.is_well for one in judged)} of {len(judged)} goals {words}"


def _is_worse(kpi: Kpi, value: float, line: float) -> bool:
    return is_above(line, value) if kpi.better == "up" else is_above(value, line)


def _attainment(kpi: Kpi, actual: float, due: float) -> float | None:
    reached, asked = (actual, due) if kpi.better == "up" else (due, actual)
    return None if asked <= 0 or reached < 0 else reached / asked


def _pace(kpi: Kpi, actual: float, due: float, attainment: float | None) -> Status:
    if attainment is None:
        return "off_track" if _is_worse(kpi, actual, due) else "on_track"
    if not is_above(ON_TRACK_FROM, attainment):
        return "on_track"
    return "off_track" if is_above(AT_RISK_FROM, attainment) else "at_risk"
