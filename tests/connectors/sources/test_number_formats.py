"""Claims about currencies that a sheet names by number formats alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from connectors.mapping.mapping import MappedTable, map_table
from connectors.settings.settings import FilesSource
from connectors.settings.tables import TableSettings, part_name
from connectors.sources import files
from connectors.sources.format_units import factor_shown
from connectors.sources.number_formats import currency_beside, currency_shown
from connectors.sources.raw import RawTable, no_progress
from kpis.definitions import Company
from tests.connectors.sources.sheet_source import SHEET, request
from tests.connectors.sources.sheet_source import read as read_sheet
from tests.sheets_content import Formatted
from tests.sheets_server import SheetsServer


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


@pytest.mark.parametrize(
    ("shown", "mark"),
    [
        *(("$1,200.50", "$"), ("1.200,50 €", "€"), ("(US$5)", "US$"), ("CHF 1’200", "CHF")),
        *(("1 200,00 zł", "zł"), ("$1.2K", "$"), ("1,200", ""), ("12 PCS", ""), ("1.2E+03", "")),
    ],
)
def test_a_number_as_it_is_shown_names_a_currency(shown: str, mark: str) -> None:
    assert currency_beside(shown) == mark


@pytest.mark.parametrize(
    ("factor", "formats"),
    [
        ("1000", ['#,##0.0"k €"', "0.0\\k", '0"T€"', '0 "TEUR"', "[$k€-407]0", '0.0" Tsd."']),
        ("1000000", ['0.0"M€"', '[$€-407] 0.0"M"', '0.0" Mio. €"', '0.0" million";[Red]-0.0']),
        ("100000", ['0.0 "lakh"']),
        ("", ['#,##0.0,"k"', '0.00,,"M"', '#,##0,.0"k"', '[>999]0.0,"K";[>99]0;0', '0;0"CR"']),
        ("", ['0 "kr"', '0 "Kč"', '"MXN" 0', '"M$"0', "[$MAD] 0", "d\\ m\\ yyyy", '0 "pcs"']),
        ("", ["General", "_-* #,##0 _k_r_-", "0 [$kr-41D]"]),
    ],
)
def test_a_number_format_adds_a_unit_unless_commas_divide_by_it(
    factor: str, formats: list[str]
) -> None:
    assert {one: factor_shown(one) for one in formats} == dict.fromkeys(formats, factor)


@pytest.mark.parametrize(
    ("number_format", "keys", "doubts"),
    [
        ('0.0"k €"', {}, 1),
        ('0.0"k €"', {"scale": {"amount": 1000}}, 0),
        ('0.0,"k €"', {}, 0),
    ],
)
def test_amounts_that_a_format_alone_shows_in_thousands_are_doubted(
    tmp_path: Path, number_format: str, keys: dict[str, object], doubts: int
) -> None:
    """12.5 is shown as 12.5k €: 12,500, which scale makes of it. A comma divides 12,500 itself."""
    book = openpyxl.Workbook()
    for line in (["spent_on", "amount"], ["2026-10-01", 12.5], ["2026-10-02", 7]):
        book.active.append(line)
    book.active["B2"].number_format = number_format
    book.save(tmp_path / "Costs.xlsx")
    settings = costs(**{"from": "Costs.xlsx"}, **keys)
    source = FilesSource(kind="files", folder=".")
    raw = files.read("ads", source, {"costs": settings}, tmp_path, no_progress)["costs"]
    table = map_table("costs", raw, settings, (), "UTC", Company(currency="EUR"))
    texts = [note.text for note in table.notes if note.is_doubt]
    assert texts == doubts * [
        "1 cell of amount is shown in units of 1,000 by their number format alone ('0.0\"k €\"'). "
        "The cells hold less than they show: set scale = { amount = 1000 } under [tables.costs], "
        "or 1 if the numbers are plain."
    ]


@pytest.mark.parametrize("number_format", ["0%", "0.00%", "#,##0.0 %"])
def test_an_amount_typed_into_a_cell_of_percentages_is_rejected(
    tmp_path: Path, number_format: str
) -> None:
    """Who types 1750 sees 1750%, and the workbook holds 17.5. A score may well be a share."""
    book = openpyxl.Workbook()
    for line in (["spent_on", "amount", "share"], ["2026-10-01", 17.5, 0.5], ["2026-10-02", 7, 1]):
        book.active.append(line)
    for cell in ("B2", "C2"):
        book.active[cell].number_format = number_format
    book.active["B3"].number_format = '0" % off"'
    book.save(tmp_path / "Costs.xlsx")

    def mapped(settings: TableSettings) -> MappedTable:
        source = FilesSource(kind="files", folder=".")
        raw = files.read("ads", source, {"costs": settings}, tmp_path, no_progress)["costs"]
        return map_table("costs", raw, settings, (), "UTC", Company(currency="EUR"))

    table = mapped(costs(**{"from": "Costs.xlsx"}))
    assert table.frame["amount"].to_pylist() == [7.0]
    assert table.rejects[["row", "value"]].to_numpy().tolist() == [[2, "1750%"]]
    assert "write an amount into a cell of plain numbers" in table.rejects["reason"][0]
    asked_of = asked('SELECT spent_on, amount FROM "Costs.xlsx"')
    texts = [note.text for note in mapped(asked_of).notes if note.is_doubt]
    assert any("is shown as percentages by their number format" in text for text in texts)


SHEETS = ["excel", "google"]
Ask = Callable[[list[Any], TableSettings], RawTable]


@pytest.fixture
def ask(request: pytest.FixtureRequest, tmp_path: Path, sheets: SheetsServer) -> Ask:
    """Read a sheet of costs, the first amount 1.125 shown in dollars, the second a plain 500."""

    def in_excel(more: list[Any], settings: TableSettings) -> RawTable:
        book = openpyxl.Workbook()
        book.active.title = "Costs"
        for line in (["spent_on", "amount", *more], ["2026-10-01", 1.125], ["2026-10-02", 500]):
            book.active.append(line)
        book.active["B2"].number_format = "[$$-409]#,##0.00"
        book.save(tmp_path / "Costs.xlsx")
        where = settings.model_copy(
            update={"from_": "Costs.xlsx"}
            if settings.query is None
            else {"query": settings.query.replace("Costs", "Costs.xlsx")}
        )
        source = FilesSource(kind="files", folder=".")
        return files.read("ads", source, {"costs": where}, tmp_path, no_progress)["costs"]

    def in_google(more: list[Any], settings: TableSettings) -> RawTable:
        lines = [["2026-10-01", Formatted(1.125, "$1.13")], ["2026-10-02", 500]]
        sheets.add(SHEET, {"Costs": [["spent_on", "amount", *more], *lines]})
        return read_sheet(sheets, costs=settings)["costs"]

    return {"excel": in_excel, "google": in_google}[request.param]


def costs(**keys: object) -> TableSettings:
    return TableSettings.model_validate({"source": "ads", "from": "Costs"} | keys)


def asked(sql: str, **keys: object) -> TableSettings:
    return TableSettings.model_validate({"source": "ads", "query": sql, "decimal": "."} | keys)


@pytest.mark.parametrize("ask", SHEETS, indirect=True)
def test_amounts_carry_the_currency_they_are_shown_with(ask: Ask) -> None:
    """1.125 shown as dollars is no amount of euros; the other one is, and a note doubts that."""
    raw = ask([], costs())
    assert raw.frame["amount"].tolist() == ["$ 1.1250", 500]
    table = map_table("costs", raw, costs(), (), "UTC", Company(currency="EUR"))
    assert table.frame["amount"].to_pylist() == [1.125, 500.0]
    assert table.frame["currency"].to_pylist() == ["USD", None]
    assert [note.rows for note in table.notes if note.is_doubt] == [1]


@pytest.mark.parametrize("ask", SHEETS, indirect=True)
@pytest.mark.parametrize(
    ("more", "keys"), [(["currency"], {}), ([], {"constants": {"currency": "EUR"}})]
)
def test_a_column_or_a_setting_of_the_currency_wins_over_formats(
    ask: Ask, more: list[str], keys: dict[str, object]
) -> None:
    assert ask(more, costs(**keys)).frame["amount"].tolist() == [1.125, 500]


@pytest.mark.parametrize("ask", SHEETS, indirect=True)
@pytest.mark.parametrize(
    ("currency", "sql", "keys", "doubts"),
    [
        ("EUR", "SELECT spent_on, amount FROM Costs", {}, 1),
        ("USD", "SELECT * FROM Costs", {}, 0),
        ("EUR", "SELECT spent_on, 5 AS amount FROM Costs", {}, 0),
        ("EUR", "SELECT *, 'USD' AS currency FROM Costs", {}, 0),
        ("EUR", "SELECT * FROM Costs", {"constants": {"currency": "USD"}}, 0),
    ],
)
def test_a_query_reads_numbers_and_a_note_doubts_their_currency(
    ask: Ask, currency: str, sql: str, keys: dict[str, object], doubts: int
) -> None:
    """Where the query reads the amounts, and neither it nor the settings name their currency."""
    settings = asked(sql.replace("Costs", '"Costs"'), **keys)
    table = map_table("costs", ask([], settings), settings, (), "UTC", Company(currency=currency))
    assert len(table.frame) == 2
    found = [note.text for note in table.notes if note.is_doubt]
    assert len(found) == doubts
    for text in found:
        assert text.startswith("1 row is shown in '$' by their number format alone, which a query")
        assert "(column 'amount' of " in text and "constants = { currency = … }" in text


def test_only_amounts_are_asked_for_as_they_are_shown(sheets: SheetsServer) -> None:
    """Beside the cells: column B of Costs. Leads have no amounts, and Plan's are text."""
    worksheets = {"Costs": [["spent_on", "amount"], ["2026-10-01", 5]]}
    worksheets |= {"Plan": [["spent_on", "amount"], ["2026-10-01", "€5"]], "Leads": [["id"], [7]]}
    sheets.add(SHEET, worksheets)
    first, second = (part_name("costs", number, 2) for number in (1, 2))
    tables = {first: costs(), second: costs(**{"from": "Plan"}), "leads": request("Leads")}
    read_sheet(sheets, **tables)
    _, _, _, shown, again, _ = (urlsplit(path) for path in sheets.requests)
    assert parse_qs(again.query)["ranges"] == ["'Costs'!B:B"]  # whether they are still the same
    assert parse_qs(shown.query) == {
        "ranges": ["'Costs'!B:B"],
        "valueRenderOption": ["FORMATTED_VALUE"],
    }
