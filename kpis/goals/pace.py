"""Pace: where the target says we should be today, by working days, and where we are."""

from dataclasses import dataclass
from datetime import date
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
        actual) where down is better; None while nothing is expected yet, and where the signs
        leave no share (a target or an actual value of zero or below).
    status: None while nothing is expected yet, that is before the first working day of a period
        whose target is prorated.
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
    track from 95 % of what is expected, at risk from 80 %, else off track; where no share can be
    told, on track when at least as good as expected, else off track.
    """
    if not kpi.additive:
        return Pace(target, target, *_standing(kpi, actual, target), None)
    total = working_days(period, company)
    elapsed = working_days(period.until(as_of), company) if as_of >= period.start else 0
    expected = target * elapsed / total if total else target
    left = total - elapsed
    required = max(0.0, target - actual) / left if left else None
    if total and not elapsed:
        return Pace(target, expected, None, None, required)
    return Pace(target, expected, *_standing(kpi, actual, expected), required)


def _standing(kpi: Kpi, actual: float, expected: float) -> tuple[float | None, Status]:
    """Attainment and status of what was reached.

    A share of nothing, or a negative one, has no meaning: then it is on track when the actual value
    is at least as good as the expected one, and off track when not.
    """
    reached, asked = (actual, expected) if kpi.better == "up" else (expected, actual)
    if asked <= 0 or reached < 0:
        return None, "on_track" if reached >= asked else "off_track"
    attainment = reached / asked
    if attainment >= ON_TRACK_FROM:
        return attainment, "on_track"
    return attainment, "at_risk" if attainment >= AT_RISK_FROM else "off_track"
