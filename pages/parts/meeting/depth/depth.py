"""The step "In depth": one campaign or one step of the funnel, chosen or found, on one screen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import streamlit as st

from kpis.calendar import period_of
from kpis.display import days_label
from kpis.funnel.funnel import PLURAL, STAGES, step_name
from kpis.funnel.spotlight import Spotlight, falls_between, spotlight
from pages.parts.frame.answers import asked
from pages.parts.frame.data import settings, values_of
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Comparison, Selection, comparison
from pages.parts.meeting.depth.campaign import campaign_seen, draw_campaign
from pages.parts.meeting.depth.stage import draw_stage, stage_seen

Choice = tuple[Literal["first", "step", "campaign"], str]
"""A stage by its name or a campaign by its id, which may be any text."""
FIRST: Choice = ("first", "")
"""The choice to leave it to the numbers; unlike what they choose, it holds under any filter."""
_SLIDE = """<style>
.st-key-depth-page [data-testid=stMetricValue] { font-size: 1.45rem }
.st-key-depth-page [data-testid=stMetricDelta], .st-key-depth-page [data-testid=stMetricLabel] p {
  font-size: 0.8rem }
.st-key-depth-page [class*=st-key-in-depth-] { padding-top: 0.5rem; padding-bottom: 0.5rem }
</style>"""


@dataclass(frozen=True)
class Found:
    """What to look into first, a campaign or a stage, and the comparison that says so, if any."""

    choice: Choice
    light: Spotlight | None = None
    pair: Comparison | None = None


def draw(chosen: Selection) -> None:
    """Draw what to look into, and that in depth; at first what the numbers say."""
    found = _found(chosen)
    with st.container(key="depth-page", gap="xsmall"):
        if is_presenting():
            st.html(_SLIDE)
        place = st.container(horizontal=True, vertical_alignment="center", gap="small")
        heading = place.container(horizontal=True, vertical_alignment="center", width="stretch")
        with place:
            choice = _draw_choice(found, chosen)
        is_first = choice == FIRST
        kind, name = found.choice if is_first else choice
        why = _why(found, chosen.as_of) if is_first else ""
        if kind == "step":
            draw_stage(name, why, heading, chosen)
        else:
            draw_campaign(name, why, heading, chosen)


def ready(chosen: Selection) -> Callable[[], None]:
    """What makes the answers of this step, before they are drawn: of what the numbers say."""

    def make() -> None:
        kind, name = _found(chosen).choice
        (stage_seen if kind == "step" else campaign_seen)(name, chosen)

    return make


def _draw_choice(found: Found, chosen: Selection) -> Choice:
    """Draw the control: what to look at first, the steps of the funnel, the campaigns."""
    labels = campaign_labels(chosen.snapshot)
    within = dict(chosen.where).get("campaign") or values_of(chosen.snapshot.folder, "campaign")
    names: dict[Choice, str] = {("step", to): f"Step: {step_name(to)}" for to in STAGES[1:]}
    for campaign in sorted(within, key=lambda known: labels.get(known, known)):
        names["campaign", campaign] = labels.get(campaign, campaign)
    first = f"First: {names[found.choice]}"
    choice = st.selectbox(
        "Look into",
        [FIRST, *names],
        format_func=({FIRST: first} | names).__getitem__,
        key="depth",
        bind="query-params",
        label_visibility="collapsed",
        width=280,
    )
    return choice or FIRST


def _found(chosen: Selection) -> Found:
    """The campaign selected, else what fell furthest: in the period, else in month or quarter."""
    pairs = [pair for pair in _comparisons(chosen) if pair.is_known]
    what = ([pair.windows for pair in pairs], dict(chosen.where), settings().signs.min_evidence)
    light = spotlight(asked(chosen, falls_between, *what) if pairs else [])
    if chosen.campaign:
        return Found(("campaign", chosen.campaign))
    if light is None:
        return Found(("step", STAGES[1]))
    fall = light.fall
    choice: Choice = ("campaign", fall.group) if fall.group else ("step", fall.stage)
    return Found(choice, light, pairs[light.comparison])


def _comparisons(chosen: Selection) -> list[Comparison]:
    """The period, the month and the quarter of its last day so far, each with the one before."""
    company = chosen.manifest.company
    last_day = min(chosen.period.end, chosen.as_of)
    around = [period_of(unit, last_day, company) for unit in ("month", "quarter")]
    periods = dict.fromkeys([chosen.period, *around])
    return [comparison(replace(chosen, period=period)) for period in periods]


def _why(found: Found, as_of: date) -> str:
    """Why this is shown first, in one sentence."""
    if found.light is None or found.pair is None:
        return ""
    fall = found.light.fall
    before, now = (days_label(w.period.until(as_of)) for w in found.pair.windows[::-1])
    if not found.light.is_beyond_chance:
        return f"Shown first because it fell most since {before}; the fall is within chance."
    whose = "of its" if fall.group else "of"
    return (
        f"Shown first, as nothing fell further: at the {fall.other_rate:.1%} of {before}, "
        f"{fall.missing:,.0f} more {whose} {fall.leads:,.0f} {PLURAL[fall.earlier]} of {now} "
        f"would have become {PLURAL[fall.stage]}."
    )
