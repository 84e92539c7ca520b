"""Claims about the queries of facts: what changes no fact has no query written anew."""

from datetime import date
from typing import Any

import pytest

from connectors.snapshots.facts_sql import facts_sql
from kpis.definitions import Company, Definitions


def query(**company: Any) -> str:
    what = ((), Definitions(), Company(**company), date(2026, 11, 20))
    return facts_sql(*what, False, "linear")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Example GmbH"),
        ("fiscal_year_starts", 4),
        ("fiscal_year_named", "start"),
        ("week_starts", "sunday"),
    ],
)
def test_what_periods_alone_read_shares_one_query(field: str, value: object) -> None:
    assert query(**{field: value}) is query()


def test_another_currency_is_another_query() -> None:
    """Amounts of facts are in the company's."""
    assert query(currency="USD") != query()
