"""Claims about currencies and units that stand in lines above a table of amounts."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from connectors.mapping.mapping import MappedTable, map_table
from connectors.settings.settings import FilesSource
from connectors.settings.tables import TableSettings
from connectors.sources import files
from connectors.sources.raw import no_progress
from kpis.definitions import Company
from kpis.errors import MappingError

COSTS = TableSettings.model_validate(
    {"source": "ads", "from": "costs.csv", "columns": {"spent_on": "Day", "amount": "Total Spent"}}
)
BELOW = "Day,Campaign,Total Spent\n2026-10-01,spring,400\n2026-10-02,fair,600\n"


def costs(folder: Path, above: str, below: str = BELOW, **changes: object) -> MappedTable:
    """Two costs of a company that counts in euros, below some lines."""
    (folder / "costs.csv").write_text(f"{above}\n{below}")
    settings = COSTS.model_copy(update=changes)
    source = FilesSource(kind="files", folder=".")
    raw = files.read("ads", source, {"costs": settings}, folder, no_progress)["costs"]
    return map_table("costs", raw, settings, (), None, Company(currency="EUR"))


def currencies(found: MappedTable) -> set[str | None]:
    return set(found.frame["currency"].to_pylist())


@pytest.mark.parametrize(
    ("above", "code"),
    [
        ("Report\nAccount: Example\nDates: October\nTime zone: UTC\nCurrency: USD\n", "USD"),
        ("Currency,USD", "USD"),
        ("Report,October\nCurrency: USD,Country: US", "USD"),
        ("Account currency: TRY", "TRY"),
        ("Währung: US-Dollar", "USD"),
        ("All amounts in Swiss francs", "CHF"),
        ("Marketing 2026 (CHF)", "CHF"),
    ],
)
def test_a_line_above_names_the_currency_as_a_header_does(
    tmp_path: Path, above: str, code: str
) -> None:
    """The fifth line counts as the first does; the note names it."""
    found = costs(tmp_path, above)
    assert currencies(found) == {code}
    (note,) = [note for note in found.notes if "were taken in" in note.what]
    assert note.rows == 2 and not note.is_doubt and f"in {code}, which the header" in note.what


def test_a_sheet_is_read_as_a_file_is(tmp_path: Path) -> None:
    book = Workbook()
    lines = [["Currency", "USD"], [], ["Day", "Total Spent"], ["2026-10-01", 400]]
    for line in lines:
        book.worksheets[0].append(line)
    book.save(tmp_path / "costs.xlsx")
    settings = COSTS.model_copy(update={"from_": "costs.xlsx"})
    source = FilesSource(kind="files", folder=".")
    raw = files.read("ads", source, {"costs": settings}, tmp_path, no_progress)["costs"]
    found = map_table("costs", raw, settings, (), None, Company(currency="EUR"))
    assert currencies(found) == {"USD"}


@pytest.mark.parametrize(
    "above",
    ["All amounts in thousands of USD", "Beträge in TEUR", "(in thousands)", "Budget 2026 (k€)"],
)
def test_a_line_above_that_names_a_unit_refuses_until_scale_decides(
    tmp_path: Path, above: str
) -> None:
    with pytest.raises(MappingError, match="says thousands. Set scale = { amount = 1000 }"):
        costs(tmp_path, above)
    found = costs(tmp_path, above, scale={"amount": 1000.0})
    assert sum(found.frame["amount"].to_pylist()) == 1_000_000


@pytest.mark.parametrize(
    "above",
    [
        "Campaign Performance Report (in UTC)\nAccount Name: Example\nDate Range: 10/1/2026",
        "Top 1000 customers\nReport (All)\nSpend in ALL accounts\nLeads (PEN)",
        "Currency conversion: off\nCurrency: All\nValues in this report are estimates",
        "Spend in USD,Spend in CHF,Spend in SEK",
        "Currency: EUR",
    ],
    ids=["a report", "words", "no currency", "groups of columns", "the company's own"],
)
def test_other_lines_say_nothing_of_amounts(tmp_path: Path, above: str) -> None:
    """Words that are codes, too (ALL, PEN), are none in a title."""
    found = costs(tmp_path, above)
    assert currencies(found) <= {None, "EUR"}
    assert not [note for note in found.notes if "header '" in note.what]


def test_what_the_header_the_rows_or_the_settings_say_comes_first(tmp_path: Path) -> None:
    """The line above may be of the account, and the export in euros."""
    below = BELOW.replace("Total Spent", "Total Spent (EUR)")
    columns = {"spent_on": "Day", "amount": "Total Spent (EUR)"}
    assert currencies(costs(tmp_path, "Currency: USD", below, columns=columns)) == {"EUR"}
    below = BELOW.replace("Spent\n", "Spent,Code\n").replace("400", "400,EUR")
    below = below.replace("600", "600,CHF")
    columns = {**COSTS.columns, "currency": "Code"}
    found = costs(tmp_path, "Currency: USD", below, columns=columns)
    assert currencies(found) == {"EUR", "CHF"}
    assert not [note for note in found.notes if note.is_doubt]
    found = costs(tmp_path, "Currency: USD", constants={"currency": "EUR"})
    assert currencies(found) == {"EUR"}


def test_a_query_does_not_apply_what_stands_above_its_table_and_is_doubted(tmp_path: Path) -> None:
    """It may convert and multiply by itself: the settings confirm it, or decide."""
    query = 'SELECT Day AS spent_on, "Total Spent" AS amount FROM "costs.csv"'
    how = {"from_": None, "query": query, "columns": {}}
    found = costs(tmp_path, "All amounts in thousands of USD", **how)
    assert currencies(found) == {None}
    (note,) = [note for note in found.notes if note.is_doubt]
    assert note.rows == 2 and "(in thousands of USD) above its header" in note.what
    assert 'Set constants = { currency = "USD" } and scale = { amount = 1000 }' in note.remedy
    settled = {"constants": {"currency": "USD"}, "scale": {"amount": 1.0}}
    found = costs(tmp_path, "All amounts in thousands of USD", **how, **settled)
    assert not [note for note in found.notes if note.is_doubt]
    found = costs(tmp_path, "Currency: EUR", **how)
    assert not [note for note in found.notes if note.is_doubt]
