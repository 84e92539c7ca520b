"""Signal or noise: limits of what is usual (XmR chart), and the rules that say when it is not.

The chart of individual values and moving ranges, as Wheeler teaches it: mean ± 2.66 × the mean
moving range are the natural process limits; what stays between them is noise and needs no story.
Sources: Donald J. Wheeler, Understanding Variation: The Key to Managing Chaos; Donald J. Wheeler
and David S. Chambers, Understanding Statistical Process Control.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from math import isclose, isnan
from statistics import fmean
from typing import Literal

SCALE = 2.66
"""3 ÷ d2, d2 = 1.128 for ranges of two values: three sigma, estimated by the mean moving range."""
BASELINE = 12
"""Known points that a segment needs before it has limits."""
RUN = 8

Rule = Literal["outside", "eight_in_a_row", "three_of_four"]
"""The rules that judge a point; of several, the first in this order is reported.

- ``outside``: it is beyond a limit
- ``eight_in_a_row``: it is at least the eighth on one side of the mean (on the mean is neither)
- ``three_of_four``: it is the third of at most four that are nearer to the same limit than to the
  mean; where ``lowest`` or ``highest`` cuts the limit, this is measured to the uncut one
"""
Side = Literal["above", "below"]


@dataclass(frozen=True)
class Limits:
    """The natural process limits of a segment, in the unit of the values."""

    mean: float
    average_moving_range: float
    upper: float
    lower: float


@dataclass(frozen=True)
class Segment:
    """A stretch with limits of its own, from its first point's position to the next segment.

    limits: those of its first 12 known points; None while it has fewer.
    """

    start: int
    limits: Limits | None


@dataclass(frozen=True)
class Signal:
    """A rule that fired at a point; ``in_a_row``: points on that side of the mean up to it."""

    rule: Rule
    side: Side
    in_a_row: int

    def is_good(self, better: Literal["up", "down"]) -> bool:
        """Whether it is for the better, of values that are better the further ``up`` or down."""
        return (self.side == "above") == (better == "up")


@dataclass(frozen=True)
class Point:
    """A value with the limits that it was judged by (None: too early), and its signal."""

    value: float
    limits: Limits | None
    signal: Signal | None


@dataclass(frozen=True)
class Xmr:
    """The chart: its segments in order, and one point per value."""

    segments: tuple[Segment, ...]
    points: tuple[Point, ...]


def natural_limits(
    values: Sequence[float], lowest: float | None = None, highest: float | None = None
) -> Limits | None:
    """Mean ± 2.66 × mean moving range of ``values``; None for fewer than two known ones.

    NaN is no value: a moving range spans it. lowest: what no value can be below, 0 for counts;
    highest: what none can be above, 1 for shares; the limits do not lie beyond them.
    """
    known = [value for value in values if not isnan(value)]
    if len(known) < 2:
        return None
    mean = fmean(known)
    moving_range = fmean(abs(later - earlier) for earlier, later in pairwise(known))
    lower, upper = mean - SCALE * moving_range, mean + SCALE * moving_range
    return Limits(
        mean,
        moving_range,
        upper=upper if highest is None else min(highest, upper),
        lower=lower if lowest is None else max(lowest, lower),
    )


def xmr(
    values: Sequence[float],
    starts: Collection[int] = (),
    lowest: float | None = None,
    highest: float | None = None,
) -> Xmr:
    """Judge each value by the limits known before it came in; later values change no judgement.

    values: in the order of time; NaN is no value, and rows of points reach across it.
    starts: positions from which values mean something else, such as a change of definition.
    lowest, highest: what no value can be below or above (see natural_limits).

    The first 12 known points of a segment lock its limits, and are not judged by them. Rows of
    points count from there. An eighth point in a row says that the process has shifted: a new
    segment starts at the first of the eight, and the old limits apply until it has 12 known points.
    From one of ``starts`` on nothing is judged until then: the old limits mean something else.
    """
    segments: list[Segment] = []
    points: list[Point] = []
    limits: Limits | None = None
    judged: list[tuple[int, float]] = []
    for position, value in enumerate(values):
        if position == 0 or position in starts:
            segments.append(Segment(position, None))
            limits, judged = None, []
        signal = None
        if limits is not None and not isnan(value):
            judged.append((position, value))
            row = [known for _, known in judged]
            signal = _signal(row, limits)
            if segments[-1].limits is not None and _run(row, limits.mean)[1] >= RUN:
                segments.append(Segment(judged[-RUN][0], None))
        points.append(Point(value, limits, signal))
        start = segments[-1].start
        baseline = [known for known in values[start : position + 1] if not isnan(known)]
        if segments[-1].limits is None and len(baseline) == BASELINE:
            limits, judged = natural_limits(baseline, lowest, highest), []
            segments[-1] = Segment(start, limits)
    return Xmr(tuple(segments), tuple(points))


def sentence(chart: Xmr, number: Callable[[float], str] = "{:g}".format) -> str:
    """What the chart of weekly values says of the last week, for people.

    number: how a value is written. Such as "within its usual range (71–104)", "above its usual
    range (71–104)", "eight weeks in a row above its mean (88)", "too early to say (7 of 12 earlier
    weeks)".
    """
    last = chart.points[-1] if chart.points else None
    if last is None or last.limits is None:
        since = chart.segments[-1].start if chart.segments else 0
        known = sum(not isnan(point.value) for point in chart.points[since:-1])
        return f"too early to say ({known} of {BASELINE} earlier weeks)"
    dash = " to " if last.limits.lower < 0 else "–"
    limits = f"{number(last.limits.lower)}{dash}{number(last.limits.upper)}"
    usual = f"({limits})"
    if isnan(last.value):
        return f"no value; usually {limits}"
    if last.signal is None:
        return f"within its usual range {usual}"
    side, mean = last.signal.side, number(last.limits.mean)
    match last.signal.rule:
        case "outside":
            return f"{side} its usual range {usual}"
        case "eight_in_a_row":
            return f"{_IN_WORDS[last.signal.in_a_row]} weeks in a row {side} its mean ({mean})"
        case "three_of_four":
            limit = "upper" if side == "above" else "lower"
            return f"nearer the {limit} limit than its mean in three of the last four weeks {usual}"


_IN_WORDS = {8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}
"""A row ends with the twelfth point: that one locks the limits of the segment that it began."""


def _signal(row: Sequence[float], limits: Limits) -> Signal | None:
    """What the rules say of the last of ``row``, the known points judged by ``limits`` so far."""
    side, in_a_row = _run(row, limits.mean)
    if side is None:
        return None
    value = row[-1]
    is_beyond = value > limits.upper if side == "above" else value < limits.lower
    limit = limits.upper if side == "above" else limits.lower
    if is_beyond and not _same(value, limit):
        return Signal("outside", side, in_a_row)
    if in_a_row >= RUN:
        return Signal("eight_in_a_row", side, in_a_row)
    nearer = [_is_nearer_a_limit(known, side, limits) for known in row[-4:]]
    if nearer[-1] and sum(nearer) >= 3:
        return Signal("three_of_four", side, in_a_row)
    return None


def _run(row: Sequence[float], mean: float) -> tuple[Side | None, int]:
    """On which side of the mean the last of ``row`` lies, and how many up to it do."""
    side = _side(row[-1], mean)
    if side is None:
        return None, 0
    return side, sum(1 for _ in takewhile(lambda v: _side(v, mean) == side, reversed(row)))


def _side(value: float, mean: float) -> Side | None:
    if _same(value, mean):
        return None
    return "above" if value > mean else "below"


def _same(value: float, line: float) -> bool:
    """Whether a value lies on a line: sums of credit weights miss it by rounding."""
    return isclose(value, line, rel_tol=1e-9, abs_tol=1e-12)


def _is_nearer_a_limit(value: float, side: Side, limits: Limits) -> bool:
    distance = value - limits.mean if side == "above" else limits.mean - value
    halfway = SCALE * limits.average_moving_range / 2
    return distance > halfway and not _same(distance, halfway)
