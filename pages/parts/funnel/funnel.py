"""The funnel on screen: stage by stage, who waits where, and the same by campaign or owner."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from kpis.catalogue import kpi_named
from kpis.display import UNDEFINED, counted, formula_of, label_of, sentence_case, shown
from kpis.funnel.funnel import NAMES, ONE, STAGES, funnel, step_name, steps_by_group
from kpis.funnel.waiting import too_many_wait, waiting
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Window
from pages.parts.frame.answers import asked, came_of_leads
from pages.parts.frame.choice import draw_choice
from pages.parts.frame.data import settings
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Comparison, Selection, comparison
from pages.parts.frame.tables import BORDERS, ROW_HEIGHT
from pages.parts.week.cards import draw_metric

LEADS, RATE, FOLLOW_UP = map(kpi_named, ("leads", "lead_conversion_rate", "follow_up_rate"))
SHOWN_ROWS = 10


@dataclass(frozen=True)
class Stages:
    """The funnel of the period's leads, and of the period before at equal age, by stage."""

    now: pd.DataFrame
    before: pd.DataFrame
    pair: Comparison


def stages(chosen: Selection) -> Stages:
    """Ask for the selection's period and its like-for-like predecessor."""
    pair = comparison(chosen)
    frame = asked(chosen, funnel, pair.windows, where=dict(chosen.where)).set_index("stage")
    return Stages(frame[frame["window"] == 0], pair.earlier(frame), pair)


def draw_stages(seen: Stages, chosen: Selection) -> None:
    """Draw a card per step of the funnel, and one for the follow-up of MQLs."""
    rows, rows_before = seen.now.to_dict("index"), seen.before.to_dict("index")
    with st.grid(len(STAGES) + 1, min_column_width=180, gap="small", key="stages"):
        for earlier, stage in zip([None, *STAGES], STAGES, strict=False):
            now, before = rows[stage], rows_before[stage]
            with st.container(border=True, height="stretch", gap="xsmall"):
                if earlier is None:
                    values = float(now["passed"]), float(before["passed"])
                    draw_metric("Leads created", LEADS, values, chosen.currency, LEADS.formula)
                else:
                    values = float(now["conversion"]), float(before["conversion"])
                    explained = (
                        f"{_explained(earlier, stage)} The period before is seen at the same age."
                    )
                    draw_metric(step_name(stage), RATE, values, chosen.currency, explained)
                st.caption(_below(now, stage))
        with st.container(border=True, height="stretch", gap="xsmall"):
            _draw_follow_up(seen, chosen)


def _explained(earlier: str, stage: str) -> str:
    of = "" if earlier == STAGES[0] else f" that became {ONE[earlier]}"
    return (
        f"Of the leads created in the period{of}, the share that has become {ONE[stage]}, or come "
        "further, by now."
    )


def _below(row: Mapping[Hashable, Any], stage: str) -> str:
    """What the step's rate is made of, what it leaves open, or why there is none."""
    if row["reason"]:
        return sentence_case(str(row["reason"]))
    if stage == "lead":
        return "Still maturing: younger than the usual time to a sale" if row["immature"] else ""
    text = f"{counted(row['passed'], 'lead')}, {row['of_leads']:.1%} of all"
    return f"{text} · {row['skipped']:,.0f} skipped the stage" if row["skipped"] else text


def _draw_follow_up(seen: Stages, chosen: Selection) -> None:
    frame = asked(chosen, scorecard, seen.pair.windows, where=dict(chosen.where))
    now, before = frame.iloc[0], seen.pair.earlier(frame).iloc[0]
    values = float(now[FOLLOW_UP.key]), float(before[FOLLOW_UP.key])
    definitions = chosen.manifest.definitions
    draw_metric(
        FOLLOW_UP.label, FOLLOW_UP, values, chosen.currency, formula_of(FOLLOW_UP, definitions)
    )
    days = definitions.follow_up_working_days
    within = f"within {counted(days, 'working day')}" if days else "on the same working day"
    reason = now["reasons"].get(FOLLOW_UP.key)
    st.caption(reason or f"Of the MQLs whose time is up, {within}")


def draw_waiting(seen: Stages, chosen: Selection) -> None:
    """Draw how many leads wait in each stage today, and how many longer than agreed.

    The download beside it has every stage with what was passed in the period and what waits now.
    """
    limits = settings().signs.max_days_in_stage.by_stage
    waits = asked(chosen, waiting, limits, where=dict(chosen.where)).set_index("stage")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Waiting now**", help=_waiting_explained(), width="stretch")
        draw_downloads(f"funnel-{chosen.period.start}", table=_stage_table(seen.now, waits))
    *columns, last = st.columns(len(waits) + 1)
    for column, (stage, row) in zip(columns, waits.iterrows(), strict=True):
        column.markdown(_waiting_text(str(stage), row, limits[str(stage)]))
    last.markdown(_disqualified_text(came_of_leads(chosen)))


def _stage_table(stages: pd.DataFrame, waits: pd.DataFrame) -> pd.DataFrame:
    """A row per stage: what came through in the period, and what waits in it now."""
    passed = stages[["start", "end", "passed", "skipped", "conversion", "of_leads"]]
    waiting = waits[["leads", "too_long", "median_days"]].rename(
        columns={"leads": "waiting", "too_long": "waiting_too_long"}
    )
    return passed.join(waiting).rename_axis("stage").reset_index()


def _disqualified_text(came: dict[str, float]) -> str:
    """``Disqualified 137``, and beneath it how many as a bad fit; what is not mapped is unknown."""
    if "disqualified_leads" not in came:
        return "Disqualified  \n:small[:gray[unknown: no such date is mapped]]"
    text = f"Disqualified **{came['disqualified_leads']:,.0f}**  \n"
    if "bad_fit_leads" in came:
        text += f":small[:gray[{came['bad_fit_leads']:,.0f} as a bad fit]]  \n"
    return f"{text}:small[:gray[of the period's leads]]"


def _waiting_explained() -> str:
    return (
        "Leads that are in a stage today, whenever they were created: the period does not matter. "
        "Not those that are customers, disqualified, or left without an open deal. Red: more than "
        f"{settings().signs.max_waiting_too_long:.0%} of them wait longer than agreed."
    )


def _waiting_text(stage: str, row: pd.Series, limit: int) -> str:
    """``MQLs 212``, and beneath it how many of them longer than agreed."""
    if row["reason"]:
        return f"{NAMES[stage]}s  \n:small[:gray[unknown: {row['reason']}]]"
    if not row["leads"]:
        return f"{NAMES[stage]}s **0**  \n:small[:gray[nobody waits]]"
    line = settings().signs.max_waiting_too_long
    colour = "red" if too_many_wait(row["leads"], row["too_long"], line) else "gray"
    return (
        f"{NAMES[stage]}s **{row['leads']:,.0f}**  \n"
        f":small[:{colour}[{row['too_long']:,.0f} longer than {counted(limit, 'day')}]]  \n"
        f":small[:gray[median {counted(row['median_days'], 'day')}]]"
    )


def draw_groups(chosen: Selection) -> None:
    """Draw the funnel by campaign, channel, owner or a dimension of the settings."""
    labels = {"campaign": "Campaign", "channel": "Channel", "owner": "Owner"}
    labels |= chosen.manifest.dimensions
    heading = st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    )
    with heading:
        by = draw_choice("By", labels, "owner", "by")
    windows, where = [Window(chosen.period, chosen.as_of)], dict(chosen.where)
    steps = asked(chosen, funnel, windows, by, where)
    if steps.empty:
        st.info("No leads were created in this period. Choose other days or filters.")
        return
    names = campaign_labels(chosen.snapshot) if by == "campaign" else {}
    follow_up = asked(chosen, scorecard, windows, by, where).set_index("group")[FOLLOW_UP.key]
    table = _table(steps, follow_up, labels[by], names)
    with heading:
        draw_downloads(f"funnel-by-{by}-{chosen.period.start}", table=table)
    numbers = _number_columns(chosen)
    st.dataframe(
        table.style.format({**dict.fromkeys(numbers, _as_rate), "lead": "{:,.0f}"}),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (min(len(table), SHOWN_ROWS) + 1) + BORDERS,
        placeholder=UNDEFINED,
        column_config={
            "group": st.column_config.TextColumn(labels[by], width=184, pinned=True),
            **numbers,
        },
    )


def _table(
    steps: pd.DataFrame, follow_up: pd.Series, label: str, names: dict[str, str]
) -> pd.DataFrame:
    """A row per group, most leads first: leads, the conversion of each step, the follow-up."""
    table = steps_by_group(steps)
    shown_as = [names.get(group) or label_of(group, label) for group in table["group"]]
    in_time = follow_up.reindex(table["group"]).to_numpy(float)
    return table.assign(group=shown_as, **{FOLLOW_UP.key: in_time})


def _number_columns(chosen: Selection) -> dict[str, Any]:
    """How each number column is headed, how wide it is, and what a reader sees on its heading."""

    def column(heading: str, width: int, explained: str) -> Any:
        return st.column_config.NumberColumn(
            heading, width=width, alignment="right", help=explained
        )

    steps = zip(STAGES[:-1], STAGES[1:], strict=True)
    return {
        "lead": column("Leads", 58, LEADS.formula),
        **{
            stage: column(
                f"→ {NAMES[stage]}", 88 if stage == "customer" else 62, _explained(earlier, stage)
            )
            for earlier, stage in steps
        },
        FOLLOW_UP.key: column("In time", 62, formula_of(FOLLOW_UP, chosen.manifest.definitions)),
    }


def _as_rate(value: Any) -> str:
    return shown(RATE, float(value), "")
