"""The front door: page set-up, navigation, the shared filters, and the state of the data."""

from pathlib import Path

import streamlit as st
from streamlit import runtime
from streamlit.navigation.page import StreamlitPage
from streamlit.starlette import App

from pages.parts.frame.garbage import look_for_garbage_rarely, look_past_libraries
from pages.parts.week.live import live

PARTS = Path(__file__).parent / "pages" / "parts"
FIRST_PAGE = "this_week"
PAGES = (
    (
        "this_week",
        "This week",
        "monitoring",
        "The seven KPIs against their goals, their trend, and each campaign's part.",
    ),
    (
        "meeting",
        "Meeting",
        "groups",
        "The weekly meeting, step by step, to present on a shared screen.",
    ),
    ("campaigns", "Campaigns", "leaderboard", "Campaigns in the order of any KPI."),
    (
        "funnel",
        "Funnel",
        "filter_alt",
        "How far leads come, where they wait, and whether sales answers in time.",
    ),
    (
        "health",
        "Data health",
        "fact_check",
        "Which rows are broken, and what that does to which KPI.",
    ),
    (
        "sources",
        "Sources",
        "database",
        "What was read of each table, how old it is, and what was rejected.",
    ),
)
"""The navigation: each page's file, title, icon, and what it is for."""


def draw(page: StreamlitPage, meeting: StreamlitPage) -> None:
    """The chosen page, its filters and the state of the data.

    What it needs is imported here: by then Python looks for garbage rarely, and the browser has
    the head of the page.
    """
    from kpis.errors import AllianceError
    from pages.parts.charts.theme import colours_seen
    from pages.parts.frame import freshness
    from pages.parts.frame.data import settings, shown_snapshot
    from pages.parts.frame.filters import FIRST_FILTER, draw_filters
    from pages.parts.frame.present import PRESENTING, draw_slide_style, is_presenting
    from pages.parts.frame.selection import shared

    if is_presenting():
        if page != meeting and FIRST_FILTER not in st.session_state:  # opened by this address
            names = list(st.query_params)
            st.switch_page(meeting, query_params={n: st.query_params.get_all(n) for n in names})
        draw_slide_style(colours_seen())
    try:
        agreed = settings()
        snapshot = shown_snapshot()
        drawn = freshness.state_with(snapshot, agreed)
        freshness.draw_banner(agreed, snapshot)
        chosen = draw_filters(snapshot)
        if is_presenting() and page != meeting:
            st.switch_page(meeting, query_params=PRESENTING)  # filters bring their own
        with shared(chosen):
            page.run()
    except AllianceError as error:
        drawn = freshness.state()
        freshness.draw_nothing_to_show(error)
    freshness.watch(drawn)


def chosen_page() -> tuple[StreamlitPage, StreamlitPage]:
    """Draw the navigation; return the page chosen, and that of the meeting."""
    pages = {
        name: st.Page(
            f"pages/{name}.py",
            title=title,
            icon=f":material/{icon}:",
            help=purpose,
            default=name == FIRST_PAGE,
        )
        for name, title, icon, purpose in PAGES
    }
    return st.navigation([*pages.values()], position="top"), pages["meeting"]


def show() -> None:
    """What a reader gets: the page's head, navigation, and the page chosen."""
    st.set_page_config(
        page_title="Alliance",
        page_icon=PARTS / "icon.svg",  # an icon by name would be fetched from another server
        layout="wide",
        menu_items={"About": "Alliance: one set of numbers for sales and marketing."},
    )
    look_for_garbage_rarely()
    # A table's own download takes a campaign called "=1+1" for a formula; ours does not.
    st.html('<style>[aria-label^="Download as CSV"] { display: none }</style>')
    st.logo(PARTS / "logo.svg", size="large")
    page, meeting = chosen_page()
    draw(page, meeting)
    look_past_libraries(page.url_path)


if runtime.exists():  # a reader is here
    show()
else:  # `streamlit run` looks for what to serve
    app = App(__file__, lifespan=live)
