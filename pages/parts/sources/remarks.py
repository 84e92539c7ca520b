"""What is wrong with what was read, the most harmful first, and by which rules it was read."""

import streamlit as st

from connectors.snapshots.sources_read import SourcesRead
from kpis.display import counted
from kpis.health.remarks import WEIGHTS, Remark, Weight
from pages.parts.frame.text import plain

_BADGES: dict[Weight, str] = {
    "totals": "red",
    "split": "orange",
    "doubt": "orange",
    "none": "gray",
    "missing": "gray",
    "rule": "gray",
}


def draw_errors(read: SourcesRead) -> None:
    """Draw a banner for each join that finds nothing: figures are wrong until it is mended."""
    for text in read.errors:
        st.error(plain(text), icon=":material/link_off:")


def draw_remarks(read: SourcesRead) -> None:
    """Draw the remarks but for errors and rejected rows, which stand by themselves."""
    remarks = [one for one in read.reading_remarks if one.weight != "error" and not one.is_rejected]
    st.markdown("**Warnings and notes**, the most harmful first")
    findings = len(read.health.findings)
    if findings:
        link = f"{counted(findings, 'check')} of loaded rows failed: see data health"
        st.page_link("pages/health.py", label=link, icon=":material/fact_check:", help="")
    if not remarks:
        st.success("Nothing to note.", icon=":material/check_circle:")
    for at, one in enumerate(remarks):
        _draw_remark(one, at)


def _draw_remark(one: Remark, at: int) -> None:
    with st.container(gap="xxsmall", key=f"remark-{at}"):
        badge = f":{_BADGES[one.weight]}-badge[{WEIGHTS[one.weight]}]"
        table = f"**{plain(one.table)}**: " if one.table else ""
        st.markdown(f"{table}{plain(one.what)} {badge}")
        more = " ".join(filter(None, (one.effect, one.remedy)))
        if more:
            st.caption(plain(more))
