"""Pace: where the target says we should be today, by working days, and where we are."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kpis.calendar import Period, working_days
from kpis.catalogue import Kpi
from kpis.definitions import Company

Status = Literal["on_track", "at_risk", "off_track"]
ON_TRACK_FROM = 0.95
AT_RISK_FROM = 0.80


@dataclass(frozen=True)
class Pace:
    """How a KPI stands against its target.

    expected: what the target asks for up to today; the target itself for a ratio.
    attainment: share of what is expected that was reached, 1.0 = exactly; mirrored (expected ÷
        actual) where down is better; None while nothing is expected yet.
    status: None while nothing is expected yet.
    required_per_day: what each remaining working day must bring to reach the target; None for a
        ratio, and when no working day is left.
    """

    target: float
    expected: float
    attainment: float | None
    status: Status | None
    required_per_day: float | None


def pace(
    kpi: Kpi, actual: float, target: float, period: Period, as_of: date, company: Company
) -> Pace:
    """Hold ``actual``, the KPI of ``period`` as of a day, against the target for all of it.

    The target of a count or an amount is prorated by working days elapsed, a ratio's is not. On
    track from 95 % of what is expected, at risk from 80 %, else off track.
    """
    if not kpi.additive:
        attainment = _attainment(kpi, actual, target)
        return Pace(target, target, attainment, _status(attainment), None)
    total = working_days(period, company)
    elapsed = working_days(period.until(as_of), company) if as_of >= period.start else 0
    expected = target * elapsed / total if total else target
    attainment = _attainment(kpi, actual, expected)
    left = total - elapsed
    required = max(0.0, target - actual) / left if left else None
    return Pace(target, expected, attainment, _status(attainment), required)


def remaining_working_days(period: Period, as_of: date, company: Company) -> int:
    """Working days of ``period`` after ``as_of``."""
    if as_of >= period.end:
        return 0
    first = max(period.start, as_of + timedelta(days=1))
    return working_days(Period(first, period.end), company)


def _attainment(kpi: Kpi, actual: float, expected: float) -> float | None:
    reached, asked = (actual, expected) if kpi.better == "up" else (expected, actual)
    return reached / asked if asked > 0 else None


def _status(attainment: float | None) -> Status | None:
    if attainment is None:
        return None
    if attainment >= ON_TRACK_FROM:
        return "on_track"
    return "at_risk" if attainment >= AT_RISK_FROM else "off_track"
