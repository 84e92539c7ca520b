"""Parts of the page on data health: the verdict, the sound rows, findings and definitions."""

import math

import pandas as pd
import streamlit as st

from connectors.snapshots.snapshots import Snapshot
from kpis.display import agreed_percent, counted, share_text, short_day
from kpis.health.checks import HARMS, Check
from kpis.health.health import Finding, checks
from pages.parts.frame.data import settings
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.tables import BORDERS, ROW_HEIGHT
from pages.parts.frame.text import plain

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
        f"**{share_text(shares[worst])} of rows are sound** in the worst table, {worst}; agreed: "
        f"at least {agreed_percent(agreed)}. "
        f"As read on {short_day(made)}, {made:%H:%M}: {found}, {rows}."
    )
    if shares[worst] < agreed:
        st.error(text, icon=":material/error:")
    else:
        st.success(text, icon=":material/check_circle:")


def draw_tables(snapshot: Snapshot) -> None:
    """Draw the share of sound rows of each table, of the rows that were read."""
    shares = _sound_shares(snapshot)
    tables, sound = snapshot.manifest.tables, snapshot.manifest.health.sound
    frame = pd.DataFrame(
        {
            "Table": name,
            "Rows read": table.read,
            "Sound rows": sound.get(name, math.nan),
            "Sound": shares.get(name, math.nan),
        }
        for name, table in tables.items()
    )
    if frame.empty:
        st.markdown("**Sound rows**")
        st.info("No table was read.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Sound rows**, by table", width="stretch")
        draw_downloads(f"sound-rows-{snapshot.manifest.as_of}", table=frame)
    counts = ["Rows read", "Sound rows"]
    st.dataframe(
        frame.style.format({**dict.fromkeys(counts, "{:,.0f}"), "Sound": share_text}, na_rep="—"),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (len(frame) + 1) + BORDERS,
        alt="Rows read and sound, by table",
        column_config={
            **{name: st.column_config.NumberColumn(width=90, alignment="right") for name in counts},
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


def _sound_shares(snapshot: Snapshot) -> dict[str, float]:
    tables = snapshot.manifest.tables
    return snapshot.manifest.health.sound_shares({n: table.read for n, table in tables.items()})
