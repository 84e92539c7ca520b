"""One step of the funnel in depth: its conversion over time and by campaign, and who waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from math import isnan

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpis.calendar import Period, last_whole
from kpis.catalogue import kpi_named
from kpis.display import UNDEFINED, days_label, formula_of, shown
from kpis.funnel.cohorts import CohortUnit
from kpis.funnel.funnel import NAMES, PLURAL, STAGES, funnel, step_name
from kpis.funnel.spotlight import BEYOND_CHANCE, Difference, beside_others, falls, lost_most
from kpis.funnel.waiting import share_too_long, too_many_wait, waiting
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Window
from pages.parts.charts.depth import campaigns_chart, cohorts_chart
from pages.parts.frame.answers import asked
from pages.parts.frame.data import settings
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.present import draw_chart
from pages.parts.frame.selection import Selection, comparison
from pages.parts.meeting.depth.layout import (
    KPI_OF,
    Message,
    chart_height,
    draw_kpi,
    draw_message,
)
from pages.parts.week.cards import draw_metric

LEADS, RATE = kpi_named("leads"), kpi_named("lead_conversion_rate")
SHOWN_OF: dict[str, tuple[CohortUnit, int]] = {
    "mql": ("week", 13),
    "sql": ("week", 13),
    "customer": ("month", 12),
}
"""By what cohorts a step is shown: weeks are too short for a sale."""
BESIDE = {"mql": "follow_up_rate", "sql": "follow_up_rate", "customer": "win_rate"}
"""The KPI that says most about how a step is worked on."""
IN_FULL_COLOUR = "In full colour: differs from all others by more than chance."
ENDS = 5
"""How many campaigns are shown from either end."""
HALF, ON_A_SLIDE = 442, 186
"""How wide and how high a chart is on a slide, in pixels."""


@dataclass(frozen=True)
class StageSeen:
    """A step now and before, over time, and by campaign.

    earlier: the stage that it begins in. now, before: the funnel by stage, in the period and in the
    one before. over_time: its row per week or month, each at ``age`` days. beside: each campaign
    beside all others, of the leads of ``old_enough``. fallen: the whole and each campaign beside
    the period before.
    """

    stage: str
    earlier: str
    now: pd.DataFrame
    before: pd.DataFrame
    over_time: pd.DataFrame
    age: int
    beside: list[Difference]
    old_enough: Period
    fallen: list[Difference]

    def pair(self, stage: str, column: str) -> tuple[float, float]:
        """A number of the funnel in the period, and in the one before."""
        return float(self.now[column].loc[stage]), float(self.before[column].loc[stage])


def draw_stage(stage: str, why: str, heading: DeltaGenerator, chosen: Selection) -> None:
    """Draw a step by the stage it leads to; ``why`` it is shown, "" where somebody chose it."""
    seen = stage_seen(stage, chosen)
    draw_message(_message(seen, chosen), why, heading, chosen)
    with st.container(border=True, key="in-depth-numbers"):
        _draw_numbers(seen, chosen)
    height = chart_height(why, ON_A_SLIDE)
    left, right = st.columns(2, gap="small")
    with left.container(border=True, height="stretch", gap="xsmall", key="in-depth-weeks"):
        _draw_over_time(seen, height)
    with right.container(border=True, height="stretch", gap="xsmall", key="in-depth-campaigns"):
        _draw_campaigns(seen, height, chosen)


def stage_seen(stage: str, chosen: Selection) -> StageSeen:
    """Ask for all that is drawn of a step of the funnel."""
    pair = comparison(chosen)
    cohorts = last_whole(*SHOWN_OF[stage], chosen.seen_on, chosen.manifest.company)
    age = (chosen.as_of - cohorts[-1].start).days

    def steps(windows: Iterable[Window], by: str | None = None) -> pd.DataFrame:
        return asked(chosen, funnel, list(windows), by, dict(chosen.where))

    def of_step(found: list[Difference]) -> list[Difference]:
        return [one for one in found if one.stage == stage]

    whole = steps(pair.windows)
    over_time = steps(Window(one, one.start + timedelta(days=age)) for one in cohorts)
    old_enough = chosen.period
    if stage == "customer":
        to_date = steps(Window(c, chosen.as_of) for c in cohorts)
        ripe = to_date[(to_date["stage"] == stage) & ~to_date["immature"]]
        if len(ripe):
            old_enough = Period(ripe["start"].min(), ripe["end"].max())
    evidence = settings().signs.min_evidence
    of_old_enough = steps([Window(old_enough, chosen.as_of)], "campaign")
    return StageSeen(
        stage=stage,
        earlier=STAGES[STAGES.index(stage) - 1],
        now=whole[whole["window"] == 0].set_index("stage"),
        before=pair.earlier(whole).set_index("stage"),
        over_time=over_time[over_time["stage"] == stage],
        age=age,
        beside=of_step(beside_others(of_old_enough, evidence)),
        old_enough=old_enough.until(chosen.as_of),
        fallen=[
            fall
            for by in ((None, "campaign") if pair.is_known else ())
            for fall in of_step(falls(steps(pair.windows, by), evidence))
        ],
    )


def _message(seen: StageSeen, chosen: Selection) -> Message:
    """How the step fares, and which campaign is most behind it."""
    whole = next((fall for fall in seen.fallen if not fall.group), None)
    far = whole.deviations if whole else 0.0
    tone = "red" if far >= BEYOND_CHANCE else "green" if far <= -BEYOND_CHANCE else "gray"
    text = f"{_how_it_fares(seen, whole, chosen)} {_main_part(seen, chosen)}".strip()
    return Message(step_name(seen.stage), "Step of the funnel", tone, text, KPI_OF[seen.stage])


def _how_it_fares(seen: StageSeen, whole: Difference | None, chosen: Selection) -> str:
    rate = float(seen.now["conversion"].loc[seen.stage])
    if whole is None:
        pair = comparison(chosen)
        reason = seen.now["reason"].loc[seen.stage] if isnan(rate) else ""
        reason = reason or ("too few leads to compare" if pair.is_known else pair.text)
        return f"{shown(RATE, rate, '')}: {reason}."
    became = f"{rate:.1%} became {PLURAL[seen.stage]}, after {whole.other_rate:.1%} at the same age"
    if abs(whole.deviations) < BEYOND_CHANCE:
        return f"{became}: within chance."
    less = "fewer" if whole.missing > 0 else "more"
    return f"{became}: {abs(whole.missing):,.0f} {less}."


def _main_part(seen: StageSeen, chosen: Selection) -> str:
    """The campaign that lost most of what the step lost."""
    worst = lost_most(seen.fallen)
    if worst is None:
        return ""
    name = campaign_labels(chosen.snapshot).get(worst.group, worst.group)
    return f"{name} alone brought {worst.missing:,.0f} fewer."


def _draw_numbers(seen: StageSeen, chosen: Selection) -> None:
    """Draw the step's rate, its leads, who waits before it, and how they are worked on."""
    stage, earlier = seen.stage, seen.earlier
    into, through = seen.pair(earlier, "passed"), seen.pair(stage, "passed")
    rate = seen.pair(stage, "conversion")
    came = "Leads created" if earlier == "lead" else f"Came to {NAMES[earlier]}"
    places = st.columns(6, gap="small")
    for place, label, kpi, values, explained in (
        (places[0], "Conversion", RATE, rate, "At the same age as the period before."),
        (places[1], came, LEADS, into, "Of the leads created in the period."),
        (places[2], f"Became {NAMES[stage]}", LEADS, through, "Of these, or came further."),
    ):
        with place:
            draw_metric(label, kpi, values, chosen.currency, explained)
    _draw_waiting(seen, places[3], places[4], chosen)
    with places[5]:
        _draw_beside(seen, chosen)


def _draw_waiting(
    seen: StageSeen, now: DeltaGenerator, too_long: DeltaGenerator, chosen: Selection
) -> None:
    """Draw how many wait in the stage that the step begins in, and how many longer than agreed."""
    lines = settings().signs
    limits = lines.max_days_in_stage.by_stage
    waits = asked(chosen, waiting, limits, where=dict(chosen.where)).set_index("stage")
    row, limit = waits.to_dict("index")[seen.earlier], limits[seen.earlier]
    if row["reason"]:
        now.metric("Waiting now", UNDEFINED)
        now.caption(f"Undefined: {row['reason']}")
        return
    now.metric(
        "Waiting now",
        f"{row['leads']:,.0f}",
        delta=f"median {row['median_days']:,.0f} days" if row["leads"] else "nobody waits",
        delta_color="gray",
        delta_arrow="off",
        help=f"{NAMES[seen.earlier]}s that have not moved on, whenever they were created.",
    )
    counts = float(row["leads"]), float(row["too_long"])
    too_long.metric(
        f"Over {limit} days",
        f"{row['too_long']:,.0f}",
        delta=f"{share_too_long(*counts):.0%} of them",
        delta_color="red" if too_many_wait(*counts, lines.max_waiting_too_long) else "gray",
        delta_arrow="off",
        help=f"Of those waiting now; {limit} days are agreed on for this stage.",
    )


def _draw_beside(seen: StageSeen, chosen: Selection) -> None:
    kpi, pair = kpi_named(BESIDE[seen.stage]), comparison(chosen)
    frame = asked(chosen, scorecard, pair.windows, where=dict(chosen.where))
    now, before = frame.iloc[0], pair.earlier(frame).iloc[0]
    explained = f"**{kpi.label}.** {formula_of(kpi, chosen.manifest.definitions)}"
    draw_kpi(kpi, kpi.short, explained, now, before, chosen.currency)


def _draw_over_time(seen: StageSeen, height: int) -> None:
    unit, count = SHOWN_OF[seen.stage]
    st.markdown(
        f":small[**Conversion by {unit}**] "
        f":small[:gray[of leads created in it, all {seen.age} days after it began]]"
    )
    if seen.over_time["conversion"].isna().all():
        st.info(f"No lead of these {count} {unit}s got that far.")
        return
    picture = partial(cohorts_chart, seen.over_time, unit, height)
    draw_chart(picture, HALF, f"Conversion by {unit}")


def _draw_campaigns(seen: StageSeen, height: int, chosen: Selection) -> None:
    """Draw the campaigns whose leads go on best and worst, of those with enough of them."""
    of, evidence = days_label(seen.old_enough), settings().signs.min_evidence
    ranked = sorted(seen.beside, key=lambda step: -step.rate)
    drawn = ranked if len(ranked) <= 2 * ENDS else ranked[:ENDS] + ranked[-ENDS:]
    which = "By campaign" if drawn == ranked else f"Best and worst {ENDS} campaigns"
    st.markdown(f":small[**{which}**] :small[:gray[leads of {of}]]", help=IN_FULL_COLOUR)
    if not ranked:
        st.info(f"No two campaigns have {evidence} leads each that came so far.")
        return
    labels = campaign_labels(chosen.snapshot)
    names = [labels.get(step.group, step.group) for step in drawn]
    draw_chart(partial(campaigns_chart, drawn, names, height), HALF, which)
