"""The rejected rows, to filter by table and reason, and to download."""

from collections import Counter
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from connectors.snapshots.manifest import TableReport
from connectors.snapshots.snapshots import Snapshot
from kpis.health.rejected import OTHER_REASONS, reason_texts
from pages.parts.frame.data import rejected_rows
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.tables import BORDERS, ROW_HEIGHT

HEIGHT = 250
SHOWN = 1_000
ALL_TABLES, ALL_REASONS = "All tables", "All reasons"


def draw_rejects(snapshot: Snapshot) -> None:
    """Draw the rejected rows of a table and reason, or all, and a download of just those.

    Of very many, the first are shown; the download has them all.
    """
    tables = snapshot.manifest.tables
    broken = [name for name, table in tables.items() if table.rejected]
    if not broken:
        st.markdown("**Rejected rows**")
        st.success("No row was rejected.", icon=":material/check_circle:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Rejected rows**", width="stretch")
        downloads = st.container(width="content")
    with st.container(horizontal=True, vertical_alignment="center"):
        table = st.segmented_control(
            "Table of the rejected rows",
            [ALL_TABLES, *broken],
            default=ALL_TABLES,
            required=True,
            key="rejects",
            bind="query-params",
            label_visibility="collapsed",
            width="content",
        )
        seen = rejected_rows(snapshot.folder)
        if table in broken:
            seen = seen[seen["table"] == table]
        named = [table] if table in broken else broken
        counts = _rows_by_reason(tables[name] for name in named)
        reason = _chosen_reason(table, counts)
    if reason in counts:
        seen = seen[reason_texts(seen) == reason]
    with downloads:
        draw_downloads(f"rejected-rows-{snapshot.manifest.as_of}", table=seen)
    _draw_rows(seen)


def _rows_by_reason(tables: Iterable[TableReport]) -> Counter[str]:
    """How many rows were rejected for each reason that can be chosen."""
    counts = Counter[str]()
    for table in tables:
        for one in table.reasons:
            if one.reason != OTHER_REASONS:
                counts[one.text] += one.rows
    return counts


def _chosen_reason(table: str, counts: Counter[str]) -> str:
    """Draw the choice of a reason; each table has its own, since its reasons are others."""
    return st.selectbox(
        "Reason of the rejected rows",
        [ALL_REASONS, *counts],
        format_func=lambda text: f"{counts[text]:,} × {text}" if text in counts else text,
        key=f"reason-{table}",
        label_visibility="collapsed",
    )


def _draw_rows(seen: pd.DataFrame) -> None:
    st.dataframe(
        seen.head(SHOWN).rename(columns=str.capitalize),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(HEIGHT, ROW_HEIGHT * (len(seen) + 1) + BORDERS),
        alt="Rejected rows with their reasons",
        column_config={
            "Row": st.column_config.NumberColumn(width=70, format="%d", help="As in its source."),
            "Reason": st.column_config.TextColumn(width="large"),
        },
    )
    if len(seen) > SHOWN:
        st.caption(f"The first {SHOWN:,} of {len(seen):,}; the CSV has them all.")
