"""Goals on screen: the strip that says in ten seconds whether month and quarter are on track."""

from dataclasses import replace

import streamlit as st

from kpis.calendar import working_days
from kpis.catalogue import Kpi
from kpis.goals.standing import Standing, behind_first, by_period, tally
from kpis.goals.targets import target_for, targets_of
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import agreements, draw_if_down
from pages.parts.week.cards import COLOURS, verdict_badge
from pages.parts.week.week_answers import standings_of

WIDTHS = (17, 11, 16, 10)
EXPLAINED = (
    "**Due**: the goal's share of the working days that are over. **→**: heading for; what there "
    "is so far and, for the days to come, what the last 13 weeks brought per working day. Four in "
    "five outcomes should be within the range. **Needs**: what each working day left must bring."
)


def draw_goals(chosen: Selection) -> None:
    """Draw a card each for the running month and quarter, all campaigns together, if any."""
    agreed = replace(chosen, where=(), model=chosen.manifest.definitions.attribution)
    held = by_period(standings_of(agreed))
    if held:
        with st.grid(len(held), gap="small", key="goals"):
            for found in held.values():
                _draw_period(found, chosen)
    draw_if_down()


def target_of(chosen: Selection, kpi: Kpi) -> float | None:
    """The target of a KPI for the selection and its period; None where none was agreed."""
    agreed = targets_of(agreements(chosen.snapshot).targets, dict(chosen.where))
    return target_for(agreed, kpi.key, chosen.period, chosen.manifest.company)


def _draw_period(found: list[Standing], chosen: Selection) -> None:
    period, company = found[0].period, found[0].company
    done = working_days(period.until(chosen.as_of), company)
    ordered = behind_first(found)
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{found[0].period_name}**", width="content")
            st.badge(tally(found), color=COLOURS[ordered[0].tone])
            st.caption(
                f"working day {done} of {working_days(period, company)} · all campaigns",
                width="content",
                help=EXPLAINED,
            )
        rows = map(strip_row, ordered)
        for column, texts in zip(
            st.columns(WIDTHS, gap="xsmall"), zip(*rows, strict=True), strict=True
        ):
            column.markdown("  \n".join(f":small[{text}]" for text in texts))


def strip_row(one: Standing) -> tuple[str, ...]:
    """A goal in four texts: the KPI with its verdict, due by now, heading for, and needs.

    On a laptop a longer text would break its line, and move the goals below it.
    """
    texts = (one.due_text, one.heading_text.replace("heading for", "→"), one.needs_text)
    return f"**{one.kpi.short}** {verdict_badge(one)}", *(
        f":gray[{text}]" if text else "&nbsp;" for text in texts
    )
