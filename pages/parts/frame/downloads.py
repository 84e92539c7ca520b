"""Downloads beside what is drawn: a chart as PNG, a table as CSV, made when they are clicked."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from connectors.documents.spreadsheet import spreadsheet_csv
from pages.parts.charts.theme import FILE_WIDTH, Picture, for_file

BYTE_ORDER_MARK = "\ufeff"
"""By it Excel knows that a file is UTF-8."""
LONGEST_NAME = 80
_NOT_IN_A_NAME = re.compile(r"[^\w.]+")


def draw_downloads(
    name: str,
    picture: Picture | None = None,
    table: pd.DataFrame | None = None,
    *,
    key: str | None = None,
    title: str = "",
    width: int = FILE_WIDTH,
) -> None:
    """Draw small buttons, "PNG" for a chart and "CSV" for a table, next to each other.

    Nothing is made before the click. The picture is in light colours whatever the reader has; a
    cell that a spreadsheet would take for a formula has an apostrophe first.

    name: of the file, without its ending; what file systems do not like becomes ``-``. key: where
    two downloads of a page have the same name. title: written above the chart. width: of the chart
    in pixels; the picture has two for each.
    """
    key, file = key or name, file_name(name)
    with st.container(horizontal=True, width="content", gap="small"):
        if picture is not None:
            drawn = picture
            image = ("PNG", "image/png", "image")
            _draw_button(*image, lambda: _image(for_file(drawn, width, title)), file, key)
        if table is not None:
            rows = table
            text = ("CSV", "text/csv", "download")
            _draw_button(*text, lambda: BYTE_ORDER_MARK + spreadsheet_csv(rows), file, key)


def _image(spec: dict[str, Any]) -> bytes:
    from connectors.documents.chart_images import png  # fonts and drawing, for a click only

    return png(spec)


def _draw_button(
    label: str, mime: str, icon: str, made: Callable[[], str | bytes], file: str, key: str
) -> None:
    ending = label.lower()
    st.download_button(
        label,
        made,
        file_name=f"{file}.{ending}",
        mime=mime,
        on_click="ignore",
        type="tertiary",
        icon=f":material/{icon}:",
        key=f"{ending}-{key}",
    )


def file_name(name: str) -> str:
    """``name`` as every file system takes it: letters, digits, ``.`` and ``-``, not too long.

    Never empty, and never a hidden file.
    """
    return _NOT_IN_A_NAME.sub("-", name)[:LONGEST_NAME].strip("-._") or "alliance"
