"""Claims about amounts that a query reads in part, or converts before they are converted."""

from pathlib import Path

import pandas as pd
import pytest

from connectors.settings.settings import FilesSource
from connectors.sources import files
from connectors.sources.queries.converted import converted_notes
from connectors.sources.queries.tree import tree_of
from connectors.sources.raw import RawNote, no_progress
from tests.connectors.sources.crm_database import read, sqlite_file, table
from tests.connectors.sources.queries.test_query import asked


def in_sqlite(folder: Path, sum_of: str, *amounts: str) -> list[str]:
    values = ", ".join(f"('2026-10-05', '{amount}')" for amount in amounts)
    file = sqlite_file(
        folder, "CREATE TABLE costs (day TEXT, spent TEXT)", f"INSERT INTO costs VALUES {values}"
    )
    sql = f"SELECT day AS spent_on, {sum_of} AS amount FROM costs GROUP BY day"
    found = read(f"sqlite:///{file}", folder, costs=table(query=sql))["costs"]
    assert all(note.is_doubt for note in found.notes)
    return [f"{note.rows} {note.what} {note.examples} {note.remedy}" for note in found.notes]


@pytest.mark.parametrize(
    "sum_of", ["sum(CAST(spent AS REAL))", "SUM(spent)", "total(spent * 1.0)", "sum(0 + spent)"]
)
def test_amounts_that_sqlite_reads_in_part_are_doubted(tmp_path: Path, sum_of: str) -> None:
    """1.250,00 counts as 1.25, and 949,50 as 949: 1,000.25, not 2,249.50 with the 50."""
    (said,) = in_sqlite(tmp_path, sum_of, "1.250,00", "949,50", "50")
    assert said == (
        "2 hold text in spent that the query reads as a number to the first sign that is no part "
        "of one: 1.250 and 949 ('1.250,00', '949,50') Write CAST(REPLACE(REPLACE(spent, '.', ''), "
        "',', '.') AS DECIMAL(15, 2)), or map the text without a query."
    )


def test_thousands_with_commas_are_cut_too(tmp_path: Path) -> None:
    """1,250.50 counts as 1; only its commas need to go."""
    (said,) = in_sqlite(tmp_path, "sum(spent)", "1,250.50", "80")
    assert "of one: 1 ('1,250.50',) Write CAST(REPLACE(spent, ',', '') AS" in said


@pytest.mark.parametrize(
    ("sum_of", "amounts"),
    [
        ("sum(CAST(spent AS REAL))", ("1250.00", "-3", "7e2", "12 EUR", "n/a", "")),
        ("sum(CAST(REPLACE(REPLACE(spent, '.', ''), ',', '.') AS REAL))", ("1.250,00",)),
        ("max(CAST(spent AS INTEGER))", ("2026-10-05", "3 of 5")),
        ("max(spent)", ("1.250,00",)),
    ],
    ids=["plain", "as the remedy says", "no amounts", "text"],
)
def test_numbers_that_are_read_whole_are_not_doubted(
    tmp_path: Path, sum_of: str, amounts: tuple[str, ...]
) -> None:
    """A word behind a number changes nothing; the year of a date is taken on purpose."""
    assert in_sqlite(tmp_path, sum_of, *amounts) == []


SPENT = (
    "CREATE TABLE spent (day TEXT, cents INTEGER, at_ms INTEGER, euros REAL)",
    "INSERT INTO spent VALUES ('2026-10-01', 199, 1790000000700, 2.5), "
    "('2026-10-02', 250, 1790000000000, 3), ('2026-10-03', 300, 1790000000000, 4)",
)


def of_cents(folder: Path, columns: str) -> list[RawNote]:
    sql = f"SELECT {columns} FROM spent"
    url = f"sqlite:///{sqlite_file(folder, *SPENT)}"
    return list(read(url, folder, costs=table(query=sql))["costs"].notes)


@pytest.mark.parametrize(
    ("amount", "rows"), [("cents / 100", 2), ("sum(cents) / 100", 1), ("sum(cents / 100)", 1)]
)
def test_whole_cents_that_are_divided_by_100_lose_their_cents(
    tmp_path: Path, amount: str, rows: int
) -> None:
    """1.99 + 2.50 + 3.00 = 7.49, and SQLite answers 1 + 2 + 3; its sum of 749 gives 7."""
    (note,) = of_cents(tmp_path, f"day AS spent_on, {amount} AS amount")
    assert note.rows == rows and note.is_doubt
    assert " of whole numbers drops what is behind the point" in note.what
    assert "/ 100 " in note.what
    assert note.remedy.endswith("/ 100.0, or set scale = { amount = 0.01 } without it.")


@pytest.mark.parametrize(
    "columns",
    [
        "day AS spent_on, cents / 100.0 AS amount",
        "day AS spent_on, euros / 2 AS amount",
        "at_ms / 1000 AS spent_on, euros AS amount",
        "day AS spent_on, cents AS amount, cents / 100 AS class",
    ],
    ids=["a decimal", "no whole numbers", "seconds of a day", "another column"],
)
def test_divisions_that_cut_no_amount_are_not_doubted(tmp_path: Path, columns: str) -> None:
    assert of_cents(tmp_path, columns) == []


def test_a_try_cast_that_makes_null_of_an_amount_is_doubted(tmp_path: Path) -> None:
    (tmp_path / "bill.csv").write_text('day,spent\n2026-10-01,"1.250,00"\n2026-10-01,50\n')
    sql = "SELECT day, sum(TRY_CAST(spent AS DOUBLE)) AS amount FROM bill GROUP BY day"
    source = FilesSource(kind="files", folder=".")
    found = files.read("exports", source, {"costs": asked(sql)}, tmp_path, no_progress)["costs"]
    (note,) = found.notes
    assert note.rows == 1 and note.is_doubt
    assert note.what == "hold text in spent that the query reads as a number as NULL"


FROM_RATES = "FROM spend c JOIN fx r ON r.currency = c.currency"


def converted(sql: str) -> list[str]:
    """The doubts on two amounts in USD and one in EUR."""
    answer = pd.DataFrame({"amount": [1, 2, 3], "currency": ["USD", "EUR", "USD"]})
    found = list(converted_notes(tree_of(sql), "costs", asked(sql), answer))
    assert all(note.at == 0 and note.is_doubt for note in found)
    return [f"{note.rows} {note.currency} {note.what}" for note in found]


@pytest.mark.parametrize(
    ("sql", "how"),
    [
        (f"SELECT c.spent * r.rate AS amount, c.currency {FROM_RATES}", "by 'rate'"),
        (f"SELECT sum(c.spent::INT / r.rate::INT) AS amount, c.currency {FROM_RATES}", "'rate'"),
        ("SELECT spent * (SELECT rate FROM fx WHERE fx.currency = c.currency) AS amount, currency "
         "FROM spend c", "'rate'"),
        ("WITH x AS (SELECT spent * exchange_rate AS amount, currency FROM spend) FROM x", "by"),
        ("SELECT spent * CASE currency WHEN 'USD' THEN 0.9 ELSE 1 END AS amount, currency "
         "FROM spend", "by a CASE of the currency"),
        ("SELECT amount_converted AS amount, currency FROM spend", "'amount_converted'"),
    ],
)  # fmt: skip
def test_amounts_that_a_query_converts_are_doubted_for_each_currency(sql: str, how: str) -> None:
    """The doubt on EUR is dropped by the mapping where the company's currency is EUR."""
    usd, eur = converted(sql)
    assert usd.startswith("2 USD are converted by the query (") and how in usd
    assert eur.startswith("1 EUR ") and "in EUR by its column 'currency'" in eur


def test_the_currency_in_a_name_is_right_for_its_own_rows() -> None:
    (eur,) = converted("SELECT spent_usd AS amount, currency FROM spend")
    assert eur.startswith("1  are converted by the query ('spent_usd'), and in EUR")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT spent * tax_rate AS amount, currency FROM spend",
        "SELECT hours * rate AS amount, currency FROM spend",
        "SELECT CASE WHEN currency = 'JPY' THEN spent ELSE spent / 100 END AS amount, currency "
        "FROM spend",
        "SELECT spent / 1.19 AS amount, currency FROM spend",
        f"SELECT c.spent AS amount, c.currency, r.rate {FROM_RATES}",
        f"SELECT c.spent AS amount, c.currency, c.spent * r.rate AS in_eur {FROM_RATES}",
    ],
    ids=["tax", "wage", "cents", "net", "rate beside", "both"],
)
def test_other_factors_are_no_conversion(sql: str) -> None:
    assert converted(sql) == []


def test_a_currency_that_the_query_sets_is_that_of_the_converted_amounts() -> None:
    sql = f"SELECT c.spent * r.rate AS amount, 'EUR' AS currency {FROM_RATES}"
    answer = pd.DataFrame({"amount": [1, 2], "currency": ["EUR", "EUR"]})
    (note,) = converted_notes(tree_of(sql), "costs", asked(sql), answer)
    assert note.currency == "EUR"
