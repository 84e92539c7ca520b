"""Claims about amounts of which a program of another country made some numbers: 1.250 is 1.25."""

import sqlite3

import pandas as pd
import pytest

from connectors.mapping.amounts.amount_column import amounts
from connectors.mapping.cells import distinct
from connectors.settings.settings import DatabaseSource
from connectors.settings.tables import TableSettings
from connectors.sources.databases import database
from kpis.errors import MappingError

WHERE = "costs.amount (column 'amount' of table 'costs', source 'crm')"
HALVES = [1.25, 1.75, 800, "2.000,00"]


def read(cells, decimal=None):
    column = distinct(pd.Series(cells, dtype=object))
    parsed = amounts(column.values, kind="money", decimal=decimal, where=WHERE)
    values = parsed.values.to_pylist()
    return [None if code < 0 else parsed.reasons.get(code, values[code]) for code in column.codes]


def test_numbers_that_lost_their_thousands_beside_texts_that_kept_them_are_refused():
    """1.250 + 1.750 + 2.000,00 are 5,000; as a US spreadsheet reads them 2,003."""
    with pytest.raises(MappingError) as error:
        read(HALVES)
    for part in (WHERE, "such as 1.25", "'2.000,00'", "read 1.250 as 1.25", 'set decimal = ","'):
        assert part in str(error.value)
    assert read(HALVES, decimal=",") == [1.25, 1.75, 800.0, 2000.0]
    column = distinct(pd.Series(HALVES, dtype=object))
    (remark,) = amounts(column.values, kind="money", decimal=",", where=WHERE).remarks
    assert remark.is_doubt and remark.positions == (0, 1)


@pytest.mark.parametrize(
    "cells",
    [
        [1.234, "1.234.567"],
        [-12.5, "-2.000,50", "n/a", None],
        [1.2, 1.45, 410, 150, "620,50", "275,00"],
        [1.2, 410, "620,50"],
        [1.23, 1.98, 410, "275,00"],
        [12.5, "2.000,00", "350,50"],
        [-1.5, 300, "-620,50"],
        [1.234, 5.678, "19,90"],
        ["1.2", "1.45", "1.8", "620,50", "275,00", "410,00", "150"],
    ],
)
def test_numbers_beside_texts_with_a_decimal_comma_are_refused(cells):
    """As SQLite leaves a German CSV in a column of decimals: only what has a comma stays text."""
    with pytest.raises(MappingError, match=r'decimal comma: .*set decimal = ","'):
        read(cells)


@pytest.mark.parametrize(
    "cells", [[1.234, 410, "2,000.00"], [1.234, 2.5, 410, "620.50"], [1.5, 1.234, "1,234,567"]]
)
def test_numbers_of_a_program_that_knows_the_comma_beside_texts_with_a_point_are_refused(cells):
    """A German spreadsheet reads 1,234 as 1.234, and leaves 2,000.00 and 620.50 as text."""
    with pytest.raises(MappingError, match=r'decimal point: .*read 1,.* as 1,.*decimal = "\."'):
        read(cells)


def test_the_same_saved_as_text_takes_three_of_each():
    with pytest.raises(MappingError, match="read 1.250 as 1.25"):
        read(["1.25", "12.5", "1.75", "2.000,00", "3.000,00", "1.000,50", "7"])
    assert read(["1.25", "2.000,00"]) == [1.25, 2000.0]
    assert read(["1.2", "1.45", "620,50"]) == [1.2, 1.45, 620.5]


@pytest.mark.parametrize(
    "cells",
    [
        [1250.5, 99.95, "2.000,00"],
        [1250, 99.95, "2.000,00"],
        [800, 900, "2.000,00"],
        [800, 900, "620,50"],
        [12.5, "2.000,00 €"],
        [12.5, "620,50 €"],
        [12.5, "2,000.00"],
        [12.5, 99.9, "620.50"],
        [1.3333, 12.5, "2.000,00"],
        [37.42, 58.19, 12.5, "2.000,00"],
        [37.42, 58.19, 12.5, "620,50"],
        [0.75, 12.5, "2.000,00"],
        [0.35, 0.8, "0,45"],
        ["12.5", "37.5", "40.5", "620,50", "19,90", "7,50"],
        [*(f"{i}.50" for i in range(9)), *(f"{i}.000,50" for i in range(1, 9))],
    ],
)
def test_numbers_beside_pasted_texts_stay_as_they_are(cells):
    """A number of 1,000 or more, texts of other forms, a fourth digit, cents: nothing was lost."""
    assert [a for a in read(cells) if isinstance(a, str)] == [] and len(read(cells)) == len(cells)


def test_a_column_of_decimals_in_sqlite_is_read_as_it_was_filled_from_a_german_file(tmp_path):
    """1.200 and 1.450 are 2,650; SQLite keeps them as 1.2 and 1.45 beside the text 620,50."""
    with sqlite3.connect(tmp_path / "ads.sqlite") as connection:
        connection.execute("CREATE TABLE costs (day TEXT, amount DECIMAL(10,2))")
        rows = [(f"2026-10-0{i}", a) for i, a in enumerate(["410", "620,50", "1.200", "1.450"], 1)]
        connection.executemany("INSERT INTO costs VALUES (?, ?)", rows)
    connection.close()
    source = DatabaseSource(kind="database", url="sqlite:///ads.sqlite")
    table = TableSettings.model_validate({"source": "ads", "from": "costs"})
    raw = database.read("ads", source, {"costs": table}, tmp_path, lambda *_: None)["costs"]
    with pytest.raises(MappingError, match="read 1.200 as 1.2, and left the others as text"):
        read(raw.frame["amount"])
