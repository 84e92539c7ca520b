"""Campaigns: all of them in the order of any KPI."""

from functools import partial

import streamlit as st

from kpis.catalogue import CATALOGUE, SEVEN, kpi_named
from kpis.display import counted, formula_of, period_label
from pages.parts.campaigns.attribution import ranges_by_campaign, sentence_on
from pages.parts.campaigns.tables import draw_campaign_table, labelled, ranked
from pages.parts.charts.ranking import ranking_chart
from pages.parts.charts.theme import draw
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.selection import selection
from pages.parts.frame.text import plain
from pages.parts.frame.title import draw_title
from pages.parts.week.overview import by_campaign

BARS = 20
HEIGHT = 729

chosen = selection()
seen = by_campaign(chosen)
draw_title(chosen, f"{counted(len(seen.now), 'campaign')}, {seen.compared}")
if seen.now.empty:
    st.info("No campaign has a lead, cost or deal in this period. Choose other days or filters.")
    st.stop()

finding = st.empty()  # says what the choice of a KPI beneath it shows
left, right = st.columns([4, 7], gap="small")
with left.container(border=True, height="stretch"):
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            "Rank by",
            list(CATALOGUE),
            format_func=lambda k: CATALOGUE[k].label,
            key="rank",
            bind="query-params",
            width="stretch",
        )
        kpi = kpi_named(key)
        table = ranked(labelled(seen.now, chosen.snapshot), kpi)
        best = table.dropna(subset=[kpi.key]).head(BARS)
        found = ranges_by_campaign(chosen, kpi, best["group"].tolist())
        picture = partial(ranking_chart, best, kpi, chosen.currency, ranges=found)
        period = period_label(chosen.period, chosen.manifest.company)
        heading = f"Campaigns by {kpi.label}, {period}"
        draw_downloads(f"campaigns-by-{kpi.key}-{chosen.period.start}", picture, title=heading)
    draw(picture)
    formula = formula_of(kpi, chosen.manifest.definitions)
    st.caption(
        f"{formula} Best first, at most {BARS} campaigns. "
        "A line is the range over the six attribution models."
    )
with right.container(border=True, height="stretch"):
    draw_campaign_table(table, seen.before, kpi, list(SEVEN), chosen, HEIGHT)
if sentence := sentence_on(found, kpi, chosen):
    finding.markdown(f":material/balance: {plain(sentence)}")
