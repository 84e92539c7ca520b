"""Where Python looks for garbage: rarely, and not among what libraries keep."""

import gc

import streamlit as st

NEW_OBJECTS = 50_000
"""So many new ones before it looks; Python's own number is 700."""


@st.cache_resource(show_spinner=False)
def look_for_garbage_rarely() -> None:
    """Set it once for the server: looking took a fifth of the first page."""
    gc.set_threshold(NEW_OBJECTS)


@st.cache_resource(show_spinner=False)
def look_past_libraries(page: str) -> None:
    """Set it once a page has been drawn for the first time, with all that it imports.

    Streamlit looks for garbage after every run: among 200,000 objects that libraries keep, that
    took a third of the server's time. What is garbage by then goes first.
    """
    gc.collect()
    gc.freeze()
