"""How regularly the records of a table come, and whether the newest is older than it usually is."""

import math
from collections.abc import Collection
from datetime import date, timedelta

from kpis.calendar import Period, working_days
from kpis.definitions import Company

LOOKED_BACK = timedelta(days=365)
"""Before the newest record: a table that came monthly two years ago may come daily now."""
LEAST_SILENCES = 8
"""Between fewer days with records, nobody knows what is usual."""
USUAL = 0.95
"""The share of a table's own silences that are no longer than the usual one."""
GRACE = 1
"""Working days that records may be later than usual: a sync may run a day behind."""


def silence(after: date, until: date, company: Company) -> int:
    """Return how many working days lie between two days, neither of them included.

    The day of the report is not over yet, so its records may still come.
    """
    first, last = after + timedelta(days=1), until - timedelta(days=1)
    return working_days(Period(first, last), company) if first <= last else 0


def usual_silence(days: Collection[date], company: Company) -> int | None:
    """Return for how many working days a table is silent at most, but for one time in twenty.

    days: those with records, in any order. Looks at the silences between one day with records and
    the next, in the year before the newest; None where these are fewer than eight. Daily records
    give 0, those of each Monday 4. Nearest rank: of fewer than twenty silences it is the longest.
    """
    recent = sorted(day for day in days if day >= max(days) - LOOKED_BACK)
    silences = sorted(
        silence(one, other, company) for one, other in zip(recent, recent[1:], strict=False)
    )
    if len(silences) < LEAST_SILENCES:
        return None
    return silences[math.ceil(USUAL * len(silences)) - 1]


def is_late(now: int | None, usual: int | None) -> bool:
    """Whether a table is silent for longer than usual; not where either is unknown."""
    return now is not None and usual is not None and now > usual + GRACE
