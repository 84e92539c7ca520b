"""A closed month, quarter or year: what was reached, and what its midpoint had forecast."""

import pandas as pd
import streamlit as st

from kpis.catalogue import CATALOGUE, Kpi
from kpis.display import UNDEFINED, change, day_text, formula_of, shown
from kpis.goals.closed_period import ClosedPeriod, Outcome
from kpis.goals.forecast import Forecast
from kpis.signs.attention import LEADING_FIRST
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.week.cards import draw_metric, verdict_badge
from pages.parts.week.overview import Overview, overview

PER_ROW, KPIS_PER_ROW = 4, 5
WITHIN = {True: ":green[yes]", False: ":red[no]", None: UNDEFINED}
"""Whether an outcome was within the range of its forecast, in words."""
KPIS = [CATALOGUE[key] for key in LEADING_FIRST]


def draw_reached(review: ClosedPeriod, chosen: Selection) -> None:
    """Draw a card for each target, reached or missed, and the KPIs that got better."""
    if review.outcomes:
        st.markdown(f"**{review.reached} of {len(review.outcomes)} goals reached**")
        with st.grid(min(PER_ROW, len(review.outcomes)), gap="small", key="targets-reached"):
            for outcome in review.outcomes:
                with st.container(border=True, height="stretch", gap="xsmall"):
                    _draw_outcome(outcome, chosen.currency)
    else:
        st.info(plain(f"No target to compare with: {review.reason}."))
    seen = overview(chosen)
    better = [kpi for kpi in KPIS if _is_better(kpi, seen)]
    if better:
        st.markdown(f"**Better than before** :small[:gray[{plain(seen.compared)}]]")
        _draw_kpis(better, seen, chosen)


def _is_better(kpi: Kpi, seen: Overview) -> bool:
    changed = change(kpi, float(seen.now[kpi.key]), float(seen.before[kpi.key]))
    return changed is not None and changed.better is True


def _draw_kpis(kpis: list[Kpi], seen: Overview, chosen: Selection) -> None:
    """Draw KPIs of the period with their change, five in a row."""
    definitions = chosen.manifest.definitions
    with st.grid(KPIS_PER_ROW, gap="small", key="kpis-of-the-period"):
        for kpi in kpis:
            pair = (float(seen.now[kpi.key]), float(seen.before[kpi.key]))
            with st.container(border=True, height="stretch"):
                draw_metric(kpi.short, kpi, pair, chosen.currency, formula_of(kpi, definitions))


def _draw_outcome(one: Outcome, currency: str) -> None:
    held = one.standing
    st.metric(held.kpi.label, shown(held.kpi, held.actual, currency))
    st.markdown(f"{verdict_badge(held)} :small[:gray[goal {held.text(held.target)}]]")


def draw_review(review: ClosedPeriod, chosen: Selection) -> None:
    """Draw targets beside outcomes and the forecasts from the midpoint, and all KPIs."""
    seen = overview(chosen)
    if review.outcomes:
        made = f" of {day_text(review.midpoint)}" if review.midpoint else ""
        st.table([_row(one, f"Forecast{made}, midway", chosen.currency) for one in review.outcomes])
        if not is_presenting():
            draw_downloads("targets-and-outcomes", table=_table(review))
    else:
        st.info(plain(f"No target to compare with: {review.reason}."))
    st.markdown(f"**All KPIs** :small[:gray[{plain(seen.compared)}]]")
    _draw_kpis(KPIS, seen, chosen)


def _table(review: ClosedPeriod) -> pd.DataFrame:
    """Targets and outcomes for a spreadsheet, in the KPIs' units; empty where undefined."""
    rows = [
        {
            "kpi": one.standing.kpi.label,
            "target": one.standing.target,
            "outcome": one.standing.actual,
            "forecast": one.forecast.value if isinstance(one.forecast, Forecast) else None,
            "low": one.forecast.low if isinstance(one.forecast, Forecast) else None,
            "high": one.forecast.high if isinstance(one.forecast, Forecast) else None,
        }
        for one in review.outcomes
    ]
    return pd.DataFrame(rows)


def _row(one: Outcome, made: str, currency: str) -> dict[str, str]:
    """A row of the table, in Markdown."""
    end, held = one.forecast, one.standing
    forecast = end.text(currency) if isinstance(end, Forecast) else plain(f"none: {end.reason}")
    return {
        "KPI": f"**{held.kpi.label}**",
        "Goal": held.text(held.target),
        "Outcome": shown(held.kpi, held.actual, currency),
        "": verdict_badge(held),
        made: forecast,
        "Within its range": WITHIN[one.is_inside],
    }
