"""Parts of the page on data health: the verdict, the tables, the findings and the rejected rows."""

import math
from typing import Any

import pandas as pd
import streamlit as st

from connectors.snapshots.snapshots import Snapshot, read_table
from kpis.display import agreed_percent, counted, short_day
from kpis.health.checks import HARMS, Check
from kpis.health.health import Finding, checks
from pages.parts.frame.data import settings
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.tables import BORDERS, ROW_HEIGHT
from pages.parts.frame.text import plain

REJECTS_HEIGHT = 267
SHOWN_REJECTS = 1_000
ALL_TABLES = "All tables"
_COLOURS = {"totals": "red", "split": "orange", "doubt": "orange", "none": "gray"}


def draw_verdict(snapshot: Snapshot) -> None:
    """Say in one line how sound the rows are, against the share that both teams agreed on."""
    agreed = settings().signs.min_sound_rows
    shares = _sound_shares(snapshot)
    if not shares:
        st.info("No rows were read, so there is nothing to judge.", icon=":material/help:")
        return
    worst = min(shares, key=lambda name: shares[name])
    tables = snapshot.manifest.tables.values()
    rejected, findings = sum(t.rejected for t in tables), snapshot.manifest.health.findings
    made = snapshot.manifest.created_at.astimezone(snapshot.manifest.company.zone)
    found = f"{counted(len(findings), 'check')} failed" if findings else "every check passed"
    rows = "no row was rejected" if not rejected else f"{counted(rejected, 'row')} rejected"
    text = (
        f"**{_percent(shares[worst])} of rows are sound** in the worst table, {worst}; agreed: at "
        f"least {agreed_percent(agreed)}. "
        f"As read on {short_day(made)}, {made:%H:%M}: {found}, {rows}."
    )
    if shares[worst] < agreed:
        st.error(text, icon=":material/error:")
    else:
        st.success(text, icon=":material/check_circle:")


def draw_tables(snapshot: Snapshot) -> None:
    """Draw each table: its source, rows read = loaded + rejected, and its share of sound rows."""
    shares = _sound_shares(snapshot)
    frame = pd.DataFrame(
        {
            "Table": name,
            "Source": table.source,
            "Read": table.read,
            "Loaded": table.loaded,
            "Rejected": table.rejected,
            "Sound": shares.get(name, math.nan),
        }
        for name, table in snapshot.manifest.tables.items()
    )
    if frame.empty:
        st.markdown("**Tables**")
        st.info("No table was read.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Tables**", width="stretch")
        draw_downloads(f"tables-{snapshot.manifest.as_of}", table=frame)
    counts = ["Read", "Loaded", "Rejected"]
    st.dataframe(
        frame.style.format({**dict.fromkeys(counts, "{:,}"), "Sound": _percent}),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (len(frame) + 1) + BORDERS,
        alt="Rows read, loaded, rejected and sound, by table",
        column_config={
            **{name: st.column_config.NumberColumn(width=76, alignment="right") for name in counts},
            "Sound": st.column_config.NumberColumn(
                width=70,
                alignment="right",
                help="Rows that are neither rejected nor part of any finding ÷ rows read.",
            ),
        },
    )


def draw_findings(snapshot: Snapshot) -> None:
    """Draw what the checks found, the most harmful first: how many, the effect, the remedy."""
    findings = snapshot.manifest.health.findings
    known = checks(snapshot.manifest.definitions)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Findings**, the most harmful first", width="stretch")
        if findings:
            found = pd.DataFrame(_as_row(finding, known[finding.check]) for finding in findings)
            draw_downloads(f"findings-{snapshot.manifest.as_of}", table=found)
    if not findings:
        st.success(snapshot.manifest.sound_text, icon=":material/check_circle:")
    for finding in findings:
        _draw_finding(finding, known[finding.check])


def _as_row(finding: Finding, check: Check) -> dict[str, object]:
    return {
        "Rows": finding.rows,
        "Of": finding.of,
        "Finding": f"{check.rows_are} {check.what}",
        "Harm": HARMS[check.harm],
        "Effect": check.effect,
        "Remedy": check.remedy,
        "Such as": ", ".join(finding.examples),
    }


def _draw_finding(finding: Finding, check: Check) -> None:
    with st.container(gap="xxsmall", key=f"finding-{finding.check}"):
        st.markdown(
            f"**{finding.rows:,}** of {finding.of:,} {check.rows_are} {check.what} "
            f":{_COLOURS[check.harm]}-badge[{HARMS[check.harm]}]"
        )
        st.caption(
            f"{check.effect} **Remedy:** {check.remedy} "
            f"**Such as** {plain(', '.join(finding.examples))}"
        )


def draw_definitions(snapshot: Snapshot) -> None:
    """Draw what both teams agreed on: a sentence per switch, and its key in the settings."""
    definitions = snapshot.manifest.definitions
    st.markdown("**Agreed definitions**")
    for name in type(definitions).model_fields:
        st.markdown(f"{plain(definitions.text(name))} :small[:gray[{plain(name)}]]")


def draw_rejects(snapshot: Snapshot) -> None:
    """Draw the rejected rows with their reasons, of one table or all, and a download of all those.

    A table of very many shows the first; the download has them all.
    """
    rejects = read_table(snapshot.folder, "rejects")
    broken = [name for name, table in snapshot.manifest.tables.items() if table.rejected]
    if not broken:
        st.markdown("**Rejected rows**")
        st.success("No row was rejected.", icon=":material/check_circle:")
        return
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        title = st.container(horizontal=True, vertical_alignment="center", width="content")
        title.markdown("**Rejected rows**", width="content")
        table = title.segmented_control(
            "Table of the rejected rows",
            [ALL_TABLES, *broken],
            default=ALL_TABLES,
            required=True,
            key="rejects",
            bind="query-params",
            label_visibility="collapsed",
        )
        seen = rejects[rejects["table"] == table] if table in broken else rejects
        draw_downloads(f"rejected-rows-{snapshot.manifest.as_of}", table=seen)
    st.dataframe(
        seen.head(SHOWN_REJECTS).rename(columns=str.capitalize),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(REJECTS_HEIGHT, ROW_HEIGHT * (len(seen) + 1) + BORDERS),
        alt="Rejected rows with their reasons",
        column_config={
            "Row": st.column_config.NumberColumn(width=70, format="%d", help="As in its source."),
            "Reason": st.column_config.TextColumn(width="large"),
        },
    )
    if len(seen) > SHOWN_REJECTS:
        st.caption(f"The first {SHOWN_REJECTS:,} of {len(seen):,}; the CSV has them all.")


def _sound_shares(snapshot: Snapshot) -> dict[str, float]:
    tables = snapshot.manifest.tables
    return snapshot.manifest.health.sound_shares({n: table.read for n, table in tables.items()})


def _percent(share: Any) -> str:
    """Never more than it is: 100% means every row."""
    return f"{math.floor(share * 1000) / 10:.1f}%" if share < 1 else "100%"
