"""A choice of a few: a row of buttons, kept in the URL."""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

C = TypeVar("C", bound=str)


def draw_choice(label: str, names: Mapping[C, str], default: C, key: str) -> C:
    """Draw what there is to choose from, by its names, and return what is chosen.

    key: of the choice in the URL.
    """
    picked = st.segmented_control(
        label,
        list(names),
        default=default,
        required=True,
        format_func=names.__getitem__,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
        width="content",
    )
    return picked or default
