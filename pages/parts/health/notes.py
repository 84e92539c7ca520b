"""The notes on how the tables were read: what a rule did unasked, and what looks wrong."""

import streamlit as st

from connectors.snapshots.snapshots import Snapshot
from pages.parts.frame.text import plain


def draw_notes(snapshot: Snapshot) -> None:
    """Draw the notes of each table, doubts first; nothing where there is none."""
    tables = snapshot.manifest.tables
    notes = [(name, note) for name, table in tables.items() for note in table.notes]
    if not notes:
        return
    st.markdown("**Notes on how the tables were read**, warnings first")
    for name, note in sorted(notes, key=lambda named: not named[1].is_doubt):
        badge = " :orange-badge[Look at this]" if note.is_doubt else ""
        st.markdown(f"**{plain(name)}**: {plain(note.text)}{badge}")
