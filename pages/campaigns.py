"""Campaigns: all of them in the order of any KPI."""

import streamlit as st

from kpis.catalogue import CATALOGUE, SEVEN, kpi_named
from kpis.display import days_label
from pages.parts.charts import ranking_chart
from pages.parts.filters import selection
from pages.parts.overview import by_campaign
from pages.parts.tables import draw_campaign_table, labelled, ranked
from pages.parts.title import draw_title

BARS = 20
HEIGHT = 600

chosen = selection()
seen = by_campaign(chosen)
draw_title(chosen, f"{len(seen.now)} campaigns, compared with {days_label(seen.compared_with)}")
key = st.selectbox(
    "Rank by",
    list(CATALOGUE),
    format_func=lambda k: CATALOGUE[k].label,
    key="rank",
    bind="query-params",
    width=260,
)
kpi = kpi_named(key)
if seen.now.empty:
    st.info(
        "No campaign has any lead, cost or deal in this period. Choose another period or filter."
    )
    st.stop()
table = ranked(labelled(seen.now, chosen.snapshot), kpi)
left, right = st.columns([5, 7], gap="small")
with left.container(border=True, height="stretch"):
    best = table.dropna(subset=[kpi.key]).head(BARS)
    of_all = f", the best {BARS} of {len(table)}" if len(table) > BARS else ""
    st.markdown(f"**{kpi.label}{of_all}**", help=kpi.formula)
    st.altair_chart(ranking_chart(best, kpi, chosen.currency))
with right.container(border=True, height="stretch"):
    st.markdown("**All KPIs**")
    draw_campaign_table(table, seen.before, kpi, list(SEVEN), chosen.currency, HEIGHT)
