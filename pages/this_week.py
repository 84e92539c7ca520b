"""The weekly page: are we on pace, what moved, and which campaigns are behind it."""

import streamlit as st

from kpis.catalogue import SEVEN, kpi_named
from pages.parts.campaigns.tables import draw_campaign_table, labelled, ranked
from pages.parts.charts.theme import draw
from pages.parts.frame.choice import draw_choice
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.selection import comparison, selection
from pages.parts.frame.text import plain
from pages.parts.frame.title import draw_title
from pages.parts.week.cards import draw_cards
from pages.parts.week.goals import draw_goals
from pages.parts.week.outlook import outlook, usual_range_text
from pages.parts.week.overview import by_campaign, overview, what_changed
from pages.parts.week.signs import draw_signs
from pages.parts.week.trend import trend_picture
from pages.parts.week.week_answers import standings_of

HEIGHT = 234

chosen = selection()

draw_title(chosen, comparison(chosen).text, may_present=True)
draw_goals(chosen)
stands_out, cards = st.container(border=True, key="signs"), st.container()

with st.container(horizontal=True, vertical_alignment="center"):
    names = {kpi.key: kpi.short for kpi in SEVEN}
    kpi = kpi_named(draw_choice("KPI in the trend and the table", names, SEVEN[0].key, "kpi"))
    change = st.container()
left, right = st.columns([4, 7], gap="small")
with right.container(border=True, height="stretch"):  # first what browsers take longest for
    campaigns = by_campaign(chosen)
    table = ranked(labelled(campaigns.now, chosen.snapshot), kpi)
    draw_campaign_table(table, campaigns.before, kpi, list(SEVEN), chosen, HEIGHT)
with cards:
    seen, held = overview(chosen), standings_of(chosen, chosen.period)
    draw_cards(seen, held, chosen.manifest.definitions, chosen.currency)
with left.container(border=True, height="stretch"):
    picture = trend_picture(seen, kpi, chosen)
    has_trend = bool(seen.weeks[kpi.key].notna().any())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{kpi.label}, week by week**", width="stretch")
        if has_trend:
            rows = seen.weeks[["start", "end", kpi.key]]
            draw_downloads(f"{kpi.key}-by-week", picture, rows, title=f"{kpi.label}, week by week")
    if has_trend:
        draw(picture)
    else:
        st.info("It is undefined in each of these weeks.")
    st.caption(plain(f"{usual_range_text(chosen, kpi)} {outlook(chosen, kpi)}"))
change.markdown(f":material/search_insights: {plain(what_changed(chosen, kpi))}")
with stands_out:
    draw_signs(chosen)
