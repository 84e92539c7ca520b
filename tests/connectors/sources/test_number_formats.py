"""Claims about currencies that a workbook names by number formats alone."""

from pathlib import Path

import openpyxl
import pytest

from connectors.sources.header import Wanted
from connectors.sources.number_formats import currency_shown
from connectors.sources.workbooks import read_workbook


@pytest.mark.parametrize(
    ("number_format", "mark"),
    [
        *(("[$$-409]#,##0.00", "$"), ("[$USD] #,##0.00", "USD"), ('#,##0.00 "€"', "€")),
        *(("[$€-407]#,##0", "€"), ("$#,##0.00", "$"), ("General", ""), ("[$-409]mmm yy", "")),
        *(('0 "pcs"', ""), ("#,##0.00", "")),
    ],
)
def test_a_number_format_names_a_currency(number_format: str, mark: str) -> None:
    assert currency_shown(number_format) == mark


@pytest.mark.parametrize("currency", [[], ["currency"]])
def test_amounts_carry_the_currency_they_are_shown_with(tmp_path: Path, currency: list) -> None:
    """1000 shown as dollars is no amount of euros; a column of currencies wins over formats."""
    book = openpyxl.Workbook()
    for line in (["spent_on", "amount", *currency], ["2026-10-01", 1.125], ["2026-10-02", 500]):
        book.active.append(line)
    book.active["B2"].number_format = "[$$-409]#,##0.00"
    book.save(tmp_path / "book.xlsx")
    shown = [1.125, 500] if currency else ["$ 1.1250", 500]
    wanted = Wanted("costs", frozenset(["spent_on"]), amounts=frozenset(["amount"]))
    found = read_workbook(tmp_path / "book.xlsx", "", wanted, "book")
    assert found.frame["amount"].tolist() == shown
