"""One campaign in depth: its numbers, its weeks, how far its leads come, and what credit does."""

from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpis.calendar import last_whole
from kpis.catalogue import kpi_named
from kpis.definitions import ATTRIBUTION_MODELS
from kpis.display import brief, change, formula_of, shown
from kpis.funnel.funnel import ONE, PLURAL, STAGES, funnel
from kpis.funnel.spotlight import (
    Difference,
    Verdict,
    beside_others,
    earns_its_cost,
    verdict,
    weeks_without,
)
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Window
from kpis.scorecard.sensitivity import sensitivity
from kpis.scorecard.undefined import NO_CREDIT
from pages.parts.charts.depth import cost_chart, leads_chart, models_chart, steps_chart
from pages.parts.frame.answers import asked
from pages.parts.frame.data import campaigns, settings
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.present import draw_chart
from pages.parts.frame.selection import Selection, comparison
from pages.parts.frame.text import plain
from pages.parts.meeting.depth.layout import (
    KPI_OF,
    Message,
    chart_height,
    draw_kpi,
    draw_message,
)
from pages.parts.week.cards import NOTHING_TO_COMPARE

CARDS = ("leads", "mqls", "sqls", "new_customers", "cac", "marketing_roi")
LABELS = {"new_customers": "Customers"}
EARNS = {
    True: "Earns its cost under every model",
    False: "Loses money under every model",
    None: "Earns its cost under some models only",
}
ROI, MONEY = kpi_named("marketing_roi"), kpi_named("revenue")
COST = "marketing_cost"
WEEKS = 13
ROI_EXPLAINED = "Marketing ROI of the period by attribution model; in full colour the one chosen."
ON_A_SLIDE = 178
"""How high the charts are on a slide, in pixels."""
TITLE = 28
WIDE, NARROW = 301, 268
"""How wide the panels' charts are on a slide, in pixels."""


@dataclass(frozen=True)
class CampaignSeen:
    """What is known of a campaign: its period, the one before, its weeks, and all the others.

    models: its rows of kpis.scorecard.sensitivity, one per attribution model. earns: whether it
    earns its cost under all of them. verdict: what matters most about it.
    """

    now: pd.Series
    before: pd.Series
    weeks: pd.DataFrame
    steps: pd.DataFrame
    all_steps: pd.DataFrame
    models: pd.DataFrame
    earns: bool | None
    verdict: Verdict


def draw_campaign(campaign: str, why: str, heading: DeltaGenerator, chosen: Selection) -> None:
    """Draw a campaign by its id; ``why`` it is shown, or "" where somebody chose it."""
    seen = campaign_seen(campaign, chosen)
    draw_message(_message(campaign, seen, chosen), why, heading, chosen)
    with st.container(border=True, key="in-depth-numbers"):
        _draw_numbers(seen, chosen)
    height = chart_height(why, ON_A_SLIDE)
    weeks, steps, models = st.columns([10, 9, 9], gap="small")
    with weeks.container(border=True, height="stretch", gap="xsmall", key="in-depth-weeks"):
        _draw_weeks(seen, height, chosen)
    with steps.container(border=True, height="stretch", gap="xsmall", key="in-depth-steps"):
        _draw_steps(seen, height)
    with models.container(border=True, height="stretch", gap="xsmall", key="in-depth-models"):
        _draw_models(seen, height, chosen)


def campaign_seen(campaign: str, chosen: Selection) -> CampaignSeen:
    """Ask for all that is drawn of a campaign."""
    pair = comparison(chosen)
    outside = tuple((name, values) for name, values in chosen.where if name != "campaign")
    own = dict(outside) | {"campaign": (campaign,)}
    weeks = last_whole("week", WEEKS, chosen.seen_on, chosen.manifest.company)
    windows = (*pair.windows, *(Window(week, chosen.as_of) for week in weeks))
    frame = asked(chosen, scorecard, windows, where=own)
    steps = asked(chosen, funnel, [pair.now], "campaign", dict(outside))
    models = asked(chosen, sensitivity, (pair.now,), "campaign", dict(outside))
    models = models[models["group"] == campaign]
    earns = earns_its_cost(models[ROI.key].astype(float).to_list())
    weekly, evidence = frame.iloc[2:], settings().signs.min_evidence
    came, became = (weekly[key].astype(float).to_list() for key in ("leads", "mqls"))
    own_beside = [step for step in beside_others(steps, evidence) if step.group == campaign]
    return CampaignSeen(
        now=frame.iloc[0],
        before=pair.earlier(frame).iloc[0],
        weeks=weekly,
        steps=steps[steps["group"] == campaign],
        all_steps=asked(chosen, funnel, [pair.now], where=dict(outside)),
        models=models,
        earns=earns,
        verdict=verdict(own_beside, weeks_without(came, became, evidence), earns),
    )


def _message(campaign: str, seen: CampaignSeen, chosen: Selection) -> Message:
    """What is wrong or right with the campaign, in words."""
    label = campaign_labels(chosen.snapshot).get(campaign, campaign)
    channel = campaigns(chosen.snapshot.folder)["channel"].get(campaign)
    remark = channel if isinstance(channel, str) else "Campaign"
    found = seen.verdict
    silence = f"No MQL for {found.silent_weeks} weeks." if found.silent_weeks else ""
    tone, kpi = "gray", "mqls"
    match found.kind:
        case "behind" if found.step:
            tone, text, kpi = "red", f"{_how_far(found.step)} {silence}", KPI_OF[found.step.stage]
        case "silent":
            tone, text = "red", silence
        case "loses_money":
            roi = shown(ROI, float(seen.now[ROI.key]), chosen.currency)
            tone, text, kpi = "red", f"It costs more than it brings: ROI {roi}.", ROI.key
        case "ahead" if found.step:
            tone, text = "green", _how_far(found.step)
        case "like_others":
            text = "None of its steps differs from all other campaigns by more than chance."
        case _:
            text = "Too few leads to say how far they get."
    return Message(label, remark, tone, text.strip(), kpi, campaign)


def _how_far(step: Difference) -> str:
    """How many of its leads came a step further, and how many of all others'."""
    others = f"of all others, {step.other_rate:.1%} did"
    if not step.rate:
        return f"None of its {PLURAL[step.earlier]} became {ONE[step.stage]}; {others}."
    only = "Only " if step.deviations > 0 else ""
    became = f"of its {PLURAL[step.earlier]} became {PLURAL[step.stage]}"
    return f"{only}{step.rate:.1%} {became}; {others}."


def _draw_numbers(seen: CampaignSeen, chosen: Selection) -> None:
    """Draw the campaign's numbers side by side, the cost before what is divided out of it."""
    definitions, currency = chosen.manifest.definitions, chosen.currency
    columns = st.columns(len(CARDS) + 1, gap="small")
    for key, column in zip((*CARDS[:4], COST, *CARDS[4:]), columns, strict=True):
        with column:
            if key == COST:
                _draw_cost(float(seen.now[COST]), float(seen.before[COST]), currency)
            else:
                kpi = kpi_named(key)
                label, formula = LABELS.get(key, kpi.short), formula_of(kpi, definitions)
                draw_kpi(kpi, label, formula, seen.now, seen.before, currency)


def _draw_cost(now: float, before: float, currency: str) -> None:
    """Draw the campaign's own marketing cost: more of it is neither better nor worse."""
    changed = change(MONEY, now, before)
    st.metric(
        "Cost",
        brief(MONEY, now, currency),
        delta=changed.text if changed else NOTHING_TO_COMPARE,
        delta_color="off",
        delta_arrow="off",
        help="The campaign's own marketing cost, without a part of shared costs.",
    )


def _draw_weeks(seen: CampaignSeen, height: int, chosen: Selection) -> None:
    st.markdown(":small[**Leads and MQLs per week**] :small[:gray[MQLs in full colour]]")
    has_cost = bool(seen.weeks[COST].notna().any())
    upper = round(height * 0.52) if has_cost else height
    draw_chart(partial(leads_chart, seen.weeks, upper), WIDE, "Leads and MQLs per week")
    if has_cost:
        last = shown(MONEY, float(seen.weeks[COST].iloc[-1]), chosen.currency)
        st.markdown(f":small[**Cost per week**] :small[:gray[last: {plain(last)}]]")
        picture = partial(cost_chart, seen.weeks, chosen.currency, height - upper - TITLE)
        draw_chart(picture, WIDE, "Cost per week")


def _draw_steps(seen: CampaignSeen, height: int) -> None:
    st.markdown(":small[**How far its leads get**] :small[:gray[pale: all campaigns]]")
    own = seen.steps.set_index("stage").reindex(STAGES[1:])
    if own["conversion"].isna().all():
        st.info("No leads of this campaign were created in the period.")
        return
    every = seen.all_steps.set_index("stage").reindex(STAGES[1:])
    draw_chart(partial(steps_chart, own, every, height), NARROW, "How far its leads get")


def _draw_models(seen: CampaignSeen, height: int, chosen: Selection) -> None:
    values = seen.models.set_index("model")[ROI.key].astype(float)
    if values.isna().all():
        st.markdown(":small[**ROI by attribution model**]")
        reasons = [str(one[ROI.key]) for one in seen.models["reasons"] if ROI.key in one]
        st.info(f"ROI is undefined: {reasons[0] if reasons else NO_CREDIT}.")
        return
    st.markdown(f":small[**{EARNS[seen.earns]}**]", help=ROI_EXPLAINED)
    named = values.reindex(list(ATTRIBUTION_MODELS))
    picture = partial(models_chart, named, chosen.model, chosen.currency, height)
    draw_chart(picture, NARROW, "ROI by attribution model")
