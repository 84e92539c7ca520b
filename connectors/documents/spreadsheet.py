"""Tables for spreadsheets: CSV that no spreadsheet program takes for a formula."""

from pathlib import Path

import pandas as pd

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\n")


def spreadsheet_csv(frame: pd.DataFrame) -> str:
    """Return ``frame`` as CSV text; texts that begin like a formula get an apostrophe first.

    Numbers stay as they are, so a negative amount is no formula.
    Source: OWASP, CSV Injection.
    """
    return frame.map(_as_text).rename(columns=_as_text).to_csv(index=False)


def write_spreadsheet_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write :func:`spreadsheet_csv` with a byte order mark, so that Excel reads it as UTF-8."""
    path.write_text(spreadsheet_csv(frame), encoding="utf-8-sig")


def _as_text(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    # A bare carriage return is not quoted, and would begin a new row, of a formula perhaps.
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
