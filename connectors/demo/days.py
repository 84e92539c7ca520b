"""The demo's days: how many leads each brings, what chance decides, when things can happen."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

DAY = 86_400
HOUR = 3_600
NEVER = 2**40
"""A second that no demo reaches: what follows from it never happens either."""

Seconds = npt.NDArray[np.int64]
"""Local times of the company, as seconds since 1970-01-01 00:00."""
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]

WEEKDAY_SHARES = np.array([1.10, 1.20, 1.15, 1.10, 0.90, 0.30, 0.25])
DAILY_GROWTH = 0.0004


def days_of(start: date, today: date) -> Index:
    """The days from ``start`` to ``today``, counted from 1970-01-01."""
    return np.arange(first_second(start) // DAY, first_second(today) // DAY + 1)


def first_second(day: date) -> int:
    """The first second of a local day."""
    return (day - date(1970, 1, 1)).days * DAY


class Draws:
    """Chance, one number per lead at each call.

    Every day has generators of its own, seeded by the demo's seed and the day: a demo made
    tomorrow keeps the leads of all earlier days, apart from where the stories have moved on.
    """

    def __init__(self, seed: int, days: Index, counts: Index) -> None:
        self._uniform = _columns(seed, 1, days, counts, 56)
        self._normal = _columns(seed, 2, days, counts, 13)

    def uniform(self) -> Floats:
        """Numbers in [0, 1)."""
        return next(self._uniform)

    def lognormal(self, median: float, sigma: float) -> Floats:
        """Positive numbers around ``median``, some far above it."""
        return np.asarray(median * np.exp(sigma * next(self._normal)))

    def pick(self, shares: Sequence[float] | Floats) -> Index:
        """Places in ``shares``, each as likely as its share (a row per lead, or one for all)."""
        cumulative = np.cumsum(np.atleast_2d(np.asarray(shares, dtype=np.float64)), axis=1)
        point = self.uniform()[:, None] * cumulative[:, -1:]
        return np.asarray((point >= cumulative).sum(axis=1), dtype=np.int64)


def _columns(seed: int, stream: int, days: Index, counts: Index, width: int) -> Iterator[Floats]:
    rows = []
    for day, count in zip(days, counts, strict=True):
        chance = np.random.default_rng([seed, stream, int(day)])
        shape = (int(count), width)
        rows.append(chance.random(shape) if stream == 1 else chance.standard_normal(shape))
    return iter(np.ascontiguousarray(np.concatenate(rows).T))


def expected_leads(days: Index, leads: int) -> Floats:
    """New leads expected on each day: few at weekends, some growth, ``leads`` in all."""
    shape = WEEKDAY_SHARES[(days + 3) % 7] * np.exp(DAILY_GROWTH * (days - days[-1]))
    return np.asarray(leads * shape / shape.sum())


def daily_noise(seed: int, days: Index, width: int) -> Floats:
    """Numbers in [0, 1), ``width`` for each day; the first one of a day rounds its leads."""
    return np.array([np.random.default_rng([seed, 3, int(day)]).random(width) for day in days])


def in_the_day(times: Seconds) -> Seconds:
    """Move what would happen at night, before 8:00, on by eight hours."""
    return np.asarray(times + np.where(times % DAY < 8 * HOUR, 8 * HOUR, 0))


def in_the_office(times: Seconds) -> Seconds:
    """Move what would happen at night or at a weekend to the next working day or two."""
    awake = in_the_day(times)
    return np.asarray(awake + np.where((awake // DAY + 3) % 7 >= 5, 2 * DAY, 0))


def seconds(days: Floats) -> Seconds:
    """Durations in days as whole seconds."""
    return (days * DAY).astype(np.int64)


def visible(times: Seconds, today: date) -> npt.NDArray[np.datetime64]:
    """Times as cells: what has not happened by the end of ``today`` is no value."""
    known = times < first_second(today) + DAY
    return np.where(known, times, np.iinfo(np.int64).min).astype("datetime64[s]")
