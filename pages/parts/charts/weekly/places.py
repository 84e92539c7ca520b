"""Where the 6-12 chart puts what: each period at a place, limits, scales, labels."""

from dataclasses import dataclass
from datetime import date
from math import floor, isfinite, isnan, log10

import altair as alt
import pandas as pd

from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.display import days_label, shown
from kpis.scorecard.formulas import DAYS_PER_MONTH
from kpis.weeks.frame import WeeklyFrame
from pages.parts.charts.theme import Colours

WEEKS_IN_A_MONTH = DAYS_PER_MONTH / 7
HALVES = ("week", "month")
MARKER = 24
"""Pixels that the markers of annotations take at the top of the picture."""
BAND_AT_MOST = 1.4
"""How far beyond the values the usual range may stretch a scale; the rest of it is out of sight."""
TICK_STEP = 34
"""Pixels between the labels of an axis of values, at least."""


@dataclass(frozen=True)
class Sheet:
    """What all parts of a chart are drawn with."""

    kpi: Kpi
    currency: str
    rows: pd.DataFrame
    band: pd.DataFrame
    x: alt.X
    right: float
    colours: Colours
    plot: float


def periods_drawn(frame: WeeklyFrame, currency: str, gap: float) -> pd.DataFrame:
    """One row per week and month, from left to right; the months begin ``gap`` after the weeks.

    Columns: half, place, start, end, days; value, year_before, target (NaN: none) and each as text;
    final and open: the value where it is final, or still immature; dashed: where the line to or
    from an immature value goes.
    """
    halves = []
    for half, table, first in (
        ("week", frame.weeks, 0.0),
        ("month", frame.months, len(frame.weeks) - 1 + gap),
    ):
        value, is_open = table["value"].astype(float), table["immature"].astype(bool)
        beside = is_open | is_open.shift(fill_value=False) | is_open.shift(-1, fill_value=False)
        periods = [Period(s, e) for s, e in zip(table["start"], table["end"], strict=True)]
        halves.append(
            pd.DataFrame(
                {
                    "half": half,
                    "place": [round(first + n, 1) for n in range(len(table))],
                    "start": [period.start.isoformat() for period in periods],
                    "end": [period.end.isoformat() for period in periods],
                    "days": [days_label(period) for period in periods],
                    "value": value,
                    "final": value.where(~is_open),
                    "open": value.where(is_open),
                    "dashed": value.where(beside),
                    **{name: table[name].astype(float) for name in ("year_before", "target")},
                    **{
                        f"{name}_shown": [
                            shown(frame.kpi, number, currency)
                            for number in table[name].astype(float)
                        ]
                        for name in ("value", "year_before", "target")
                    },
                }
            )
        )
    return pd.concat(halves, ignore_index=True)


def last_values(rows: pd.DataFrame) -> pd.DataFrame:
    """The last known value of weeks and of months, with ``is_rightmost``: nothing stands after."""
    known = rows[rows["value"].notna()].groupby("half", sort=False).tail(1)
    ends = rows.groupby("half")["place"].max()
    return known.assign(is_rightmost=known["place"] == known["half"].map(ends))


def bands(frame: WeeklyFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What is usual of the weeks drawn: one row per stretch of the same limits.

    Columns: half, from_place, to_place, lower, upper. None where the chart judges other values
    than those drawn: conversions at the age of the last week, beside conversions to date.
    """
    found: list[dict[str, object]] = []
    points = frame.chart.points if frame.chart else ()
    judged = {w.start.isoformat(): p for w, p in zip(frame.history, points, strict=False)}
    for row in rows[rows["half"] == "week"].to_dict("records"):
        point = judged.get(row["start"])
        if point is None or point.limits is None:
            continue
        if not isnan(point.value) and point.value != row["value"]:
            return _table([])
        place, limits = row["place"], point.limits
        last = found[-1] if found else {}
        is_same = (last.get("lower"), last.get("upper")) == (limits.lower, limits.upper)
        if is_same and last["to_place"] == place - 0.5:
            last["to_place"] = place + 0.5
        else:
            found.append(
                {
                    "half": "week",
                    "from_place": place - 0.5,
                    "to_place": place + 0.5,
                    "lower": limits.lower,
                    "upper": limits.upper,
                }
            )
    return _table(found)


def _table(found: list[dict[str, object]]) -> pd.DataFrame:
    columns = ["half", "from_place", "to_place", "lower", "upper"]
    return pd.DataFrame(found, columns=columns)


def signals(frame: WeeklyFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The weeks drawn that stand out: half, place, value, is_better (by the KPI's direction)."""
    points = frame.chart.points if frame.chart else ()
    judged = {w.start.isoformat(): p for w, p in zip(frame.history, points, strict=False)}
    found = []
    for row in rows[rows["half"] == "week"].to_dict("records"):
        point = judged.get(row["start"])
        if point and point.signal and point.value == row["value"]:
            is_better = point.signal.is_good(frame.kpi.better)
            place = {"half": "week", "place": row["place"], "value": row["value"]}
            found.append({**place, "is_better": is_better})
    return pd.DataFrame(found, columns=["half", "place", "value", "is_better"])


@dataclass(frozen=True)
class Scale:
    """An axis of values: from ``low`` to ``high``, with labels at ``ticks``, ``step`` apart."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        """Multiples of the step within the scale."""
        first, last = -floor(-self.low / self.step), floor(self.high / self.step)
        return [round(n * self.step, 10) for n in range(int(first), int(last) + 1)]


def scales(
    kpi: Kpi, rows: pd.DataFrame, band: pd.DataFrame, plot: float, has_markers: bool
) -> dict[str, Scale]:
    """The axes of weeks and months: the same for ratios, 1 : 4.35 for counts and amounts.

    plot: the height of the axes in pixels; markers of annotations need some of it at the top.
    """
    headroom = MARKER / plot if has_markers else 0.06
    factors = {"week": 1.0, "month": WEEKS_IN_A_MONTH if kpi.additive else 1.0}
    numbers = ["value", "year_before", "target"]
    per_week = rows[numbers].div(rows["half"].map(factors), axis="index")
    low = min(0.0, _or_zero(per_week.min().min()))
    high = max(0.0, _or_zero(per_week.max().max()))
    reach = BAND_AT_MOST * (high - low) or 1.0
    if len(band):
        high = max(high, min(band["upper"].max(), low + reach))
        low = min(low, max(band["lower"].min(), high - reach))
    size = (high - low) / (1 - headroom) or 1.0
    low, high = (low - 0.05 * size, high) if low < 0 else (low, high)
    top = low + (high - low) / (1 - headroom) if high > low else 1.0
    return {
        half: Scale(low * f, top * f, _step((top - low) * f, plot, whole=kpi.unit == "count"))
        for half, f in factors.items()
    }


def _or_zero(value: float) -> float:
    return float(value) if isfinite(value) else 0.0


def _step(size: float, plot: float, whole: bool) -> float:
    """The least 1, 2 or 5 × 10ⁿ that leaves labels room on an axis of ``size`` in ``plot``."""
    least = size * min(1.0, TICK_STEP / plot)
    magnitude: float = 10.0 ** floor(log10(least))
    step = next(n * magnitude for n in (1, 2, 5, 10) if n * magnitude >= least * 0.999)
    return max(step, 1.0) if whole else step


def x_labels(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Place → its label in two lines: ``12``, ``Oct`` for a week, ``Nov``, ``2025`` for a month.

    Each year is named once among the weeks, where it changes, and at the first of its months.
    """
    labels: dict[str, list[str]] = {}
    for half in HALVES:
        drawn = rows[rows["half"] == half]
        days = [date.fromisoformat(day) for day in drawn["start"]]
        for n, (place, day) in enumerate(zip(drawn["place"], days, strict=True)):
            before = days[n - 1] if n else None
            year = f"{day.year}" if before is None or before.year != day.year else ""
            if half == "month":
                labels[f"{place:g}"] = [f"{day:%b}", year]
            else:
                in_year = f" {day.year}" if year and before else ""
                labels[f"{place:g}"] = [f"{day.day}", f"{day:%b}{in_year}"]
    return labels
