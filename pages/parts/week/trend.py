"""The trend of a KPI on "This week": 26 weeks, what is usual, and what happened."""

from functools import partial

from kpis.catalogue import Kpi
from pages.parts.charts.theme import Picture
from pages.parts.charts.trend import trend_chart
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import annotations
from pages.parts.week.outlook import usual_limits
from pages.parts.week.overview import Overview

HEIGHT = 178
"""In pixels: with its caption it is as high as the table beside it."""


def trend_picture(seen: Overview, kpi: Kpi, chosen: Selection) -> Picture:
    """The chart of the weeks that ``seen`` holds."""
    limits, noted = usual_limits(chosen, kpi), annotations(chosen)
    return partial(
        trend_chart, seen.weeks, kpi, chosen.currency, HEIGHT, limits=limits, annotations=noted
    )
