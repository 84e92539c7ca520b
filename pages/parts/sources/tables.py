"""The tables that were read: rows read = loaded + rejected, their days and their ages."""

import pandas as pd
import streamlit as st

from connectors.snapshots.sources_read import SourcesRead
from kpis.health.alike import visible
from kpis.health.facts_text import age_text
from kpis.health.rejected import duplicates_in
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.tables import BORDERS, ROW_HEIGHT

LATE = "background-color: rgba(206, 125, 0, 0.25)"
"""The colour of a warning, behind text of any theme."""
_COUNTS = ("Read", "Loaded", "Rejected", "Duplicates")
_DAYS = ("First", "Newest")
_COLUMNS = {
    **{n: st.column_config.NumberColumn(width=66, alignment="right") for n in _COUNTS},
    **{n: st.column_config.DateColumn(width=88, format="D MMM YYYY") for n in _DAYS},
    "Duplicates": st.column_config.NumberColumn(
        width=78, alignment="right", help="Rejected rows whose key an earlier row has."
    ),
    "Newest": st.column_config.DateColumn(
        width=88, format="D MMM YYYY", help="The newest record up to the day of the report."
    ),
    "Age": st.column_config.TextColumn(
        width=118,
        help="Late: silent for more working days than in 19 of 20 of its own silences "
        "within a year, and one more.",
    ),
}


def draw_tables(read: SourcesRead) -> None:
    """Draw a line for each table; the age of one that is late stands out."""
    frame = _lines(read)
    if frame.empty:
        st.markdown("**Tables**")
        st.info("No table was read.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Tables**", width="stretch")
        draw_downloads(f"tables-{read.as_of}", table=frame)
    late = frame["Age"].str.endswith("late")
    styled = frame.style.apply(lambda _: late.map({True: LATE, False: ""}), subset=["Age"])
    st.dataframe(
        styled.format(dict.fromkeys(_COUNTS, "{:,}")),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (len(frame) + 1) + BORDERS,
        alt="Rows read, loaded and rejected, and the days of the records, by table",
        column_config=_COLUMNS,
    )


def _lines(read: SourcesRead) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Table": name,
            "Read": table.read,
            "Loaded": table.loaded,
            "Rejected": table.rejected,
            "Duplicates": duplicates_in(table.reasons),
            "First": read.facts_of(name).first,
            "Newest": read.facts_of(name).newest,
            "Age": age_text(read.age_of(name), read.facts_of(name).is_late),
            "Source": table.source,
            "Place": visible(table.place),
        }
        for name, table in read.tables.items()
    )
