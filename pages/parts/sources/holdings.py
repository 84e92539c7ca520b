"""What the loaded rows hold: deals by status, links between tables, blank cells."""

import pandas as pd
import streamlit as st

from connectors.snapshots.sources_read import SourcesRead
from kpis.display import UNDEFINED, share_text
from kpis.health.facts_text import sums_text
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.tables import BORDERS, ROW_HEIGHT
from pages.parts.sources.tables import LATE

HEIGHT = 297
SHARE = "Of deals and leads: of all rows. Of others: of the rows that name one."


def draw_deals(read: SourcesRead) -> None:
    """Draw won, lost and open deals with their amounts in each currency."""
    if not read.facts.deals:
        return
    st.markdown("**Deals by status**")
    frame = pd.DataFrame(
        {
            "Status": one.status,
            "Deals": one.rows,
            "Amounts": sums_text(one) or UNDEFINED,
            "Without amount": one.without_amount,
        }
        for one in read.facts.deals
    )
    counts = ["Deals", "Without amount"]
    _draw(frame, counts, "Deals by status", read)


def draw_joins(read: SourcesRead) -> None:
    """Draw for each column that names rows of another table how many find theirs."""
    if not read.facts.joins:
        return
    st.markdown("**Links between tables**")
    frame = pd.DataFrame(
        {
            "Rows": f"{join.table}.{join.column}",
            "Find": join.to,
            "Share": UNDEFINED if join.share is None else share_text(join.share),
            "Found": join.found,
            "Of": join.of,
        }
        for join in read.facts.joins
    )
    marks = [LATE if join.finds_nothing or join.is_low else "" for join in read.facts.joins]
    _draw(frame, ["Found", "Of"], "Links between tables", read, ("Share", marks))


def draw_blanks(read: SourcesRead) -> None:
    """Draw the share of blank cells of every mapped column, most of all first within its table."""
    rows = [
        {"Table": name, "Column": column, "Blank": share}
        for name in read.tables
        for column, share in sorted(
            read.facts_of(name).blank_shares.items(), key=lambda pair: -pair[1]
        )
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Blank cells** of mapped columns", width="stretch")
        if rows:
            draw_downloads(f"blank-cells-{read.as_of}", table=pd.DataFrame(rows))
    if not rows:
        st.info("No column is mapped.")
        return
    st.dataframe(
        pd.DataFrame(rows).style.format({"Blank": share_text}),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=HEIGHT,
        alt="Share of blank cells by table and column",
        column_config={"Blank": st.column_config.NumberColumn(width=70, alignment="right")},
    )


def _draw(
    frame: pd.DataFrame,
    counts: list[str],
    alt: str,
    read: SourcesRead,
    marked: tuple[str, list[str]] | None = None,
) -> None:
    styled = frame.style.format(dict.fromkeys(counts, "{:,}"))
    if marked is not None:
        styled = styled.apply(lambda _: marked[1], subset=[marked[0]])
    st.dataframe(
        styled,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (len(frame) + 1) + BORDERS,
        alt=alt,
        column_config={
            **{n: st.column_config.NumberColumn(width=72, alignment="right") for n in counts},
            "Share": st.column_config.TextColumn(width=72, help=SHARE),
        },
    )
