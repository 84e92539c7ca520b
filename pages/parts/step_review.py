"""A closed month, quarter or year: what was reached, and what its midpoint had forecast."""

import streamlit as st

from kpis.closed_period import ClosedPeriod, Outcome
from kpis.display import brief, shown
from kpis.forecast import Forecast
from kpis.sign import day_text
from pages.parts.meeting_answers import review_of
from pages.parts.selection import Selection
from pages.parts.text import plain

PER_ROW = 4


def draw_reached(review: ClosedPeriod, chosen: Selection) -> None:
    """Draw a card for each target: reached or missed, and by how much."""
    if not review.outcomes:
        st.info(plain(f"Nothing to review: {review.reason}."))
        return
    st.markdown(f"**{review.reached} of {len(review.outcomes)} targets reached**")
    with st.grid(min(PER_ROW, len(review.outcomes)), gap="small", key="targets-reached"):
        for outcome in review.outcomes:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _draw_outcome(outcome, chosen.currency)


def _draw_outcome(one: Outcome, currency: str) -> None:
    st.metric(one.kpi.label, shown(one.kpi, one.outcome, currency))
    share = "" if one.attainment is None else f"{one.attainment:.0%} of "
    goal = f":gray[{share}the goal of {brief(one.kpi, one.target, currency)}]"
    st.markdown(f"{verdict(one)} :small[{goal}]")
    st.caption(plain(one.sentence))


def verdict(one: Outcome) -> str:
    """Reached or missed, as a badge."""
    if one.is_reached is None:
        return ":gray-badge[not known]"
    return ":green-badge[Reached]" if one.is_reached else ":red-badge[Missed]"


def draw_review(chosen: Selection) -> None:
    """Draw targets, outcomes, and the forecasts from the midpoint beside what came."""
    review = review_of(chosen)
    if review is None or not review.outcomes:
        reason = review.reason if review else "the period is not over"
        st.info(plain(f"Nothing to review: {reason}."))
        return
    made = f", made on {day_text(review.midpoint)}" if review.midpoint else ""
    st.markdown(f"**Goals, outcomes, and the forecasts from the midpoint{made}**")
    st.table([_row(one, chosen.currency) for one in review.outcomes])


def _row(one: Outcome, currency: str) -> dict[str, str]:
    """A row of the table, in Markdown."""
    end = one.forecast
    if isinstance(end, Forecast):
        low, high = brief(one.kpi, end.low, currency), brief(one.kpi, end.high, currency)
        forecast = f"{brief(one.kpi, end.value, currency)} ({low} to {high})"
        held = {True: ":green[yes]", False: ":red[no]"}.get(bool(one.is_inside), "—")
        held = "—" if one.is_inside is None else held
    else:
        forecast, held = plain(f"none: {end.reason}"), "—"
    return {
        "KPI": f"**{one.kpi.label}**",
        "Goal": brief(one.kpi, one.target, currency),
        "Outcome": shown(one.kpi, one.outcome, currency),
        "": verdict(one),
        "Forecast at the midpoint": forecast,
        "Within its range": held,
    }
