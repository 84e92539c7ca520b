"""Claims about rows whose key an earlier row holds, and what the reason says to do."""

import re
from datetime import UTC, date, datetime

import duckdb
import pandas as pd

from connectors.mapping.mapping import joined
from tests.connectors.mapping.mapped_frames import mapped


def problems(result):
    return list(result.rejects[["row", "column", "value", "reason"]].itertuples(index=False))


def test_the_first_row_of_a_key_is_loaded_and_the_later_ones_name_it():
    frame = {"lead_id": ["7", 7, "8", 7.0], "created_at": ["2026-01-01"] * 4}
    result = mapped("leads", frame)
    assert result.frame["lead_id"].to_pylist() == ["7", "8"]
    already = "is already in row 2"
    assert problems(result) == [(3, "lead_id", "7", already), (5, "lead_id", "7", already)]


ALSO = "if both count, a query under [tables.{}] puts the year or branch before the id"


def test_an_id_on_two_deals_that_differ_is_rejected_with_what_to_do():
    """1001 is sold in 2025 and 2026, as 12,000 and 7,000; 1002 stands twice, 1003 as two products.

    What is blank in both rows is the same; the product is not mapped, and has one price.
    """
    frame = pd.DataFrame({"deal_id": ["1001", "1002", "1003"] * 2, "status": ["won"] * 6})
    frame["amount"] = ["7000", "500", "80", "12000", "500", "80"]
    frame["owner"] = None
    frame["product"] = ["a", "a", "a", "a", "a", "b"]
    result = mapped("deals", frame)
    sums = f"with other values; {ALSO.format('deals')}, or adds up the amounts"
    reasons = [f"is already in row 2 {sums}", "is already in row 3", f"is already in row 4 {sums}"]
    assert result.rejects["reason"].tolist() == reasons


def test_ids_of_two_branches_say_what_to_do_and_campaigns_of_a_daily_report_do_not():
    """Nothing of a lead is added up; clicks that differ are no part of a campaign."""
    leads = {"lead_id": ["1"], "created_at": ["2026-10-01"]}
    whole = joined(
        "leads", [mapped("leads", {**leads, "owner": [one]}) for one in ("Ann", "Bernd")]
    )
    (reason,) = whole.rejects["reason"]
    assert "of table contacts with other values; if they are of one lead" in reason
    assert reason.endswith(f"AS mql_at … GROUP BY lead_id); {ALSO.format('leads')}")
    daily = {"campaign_id": ["x", "x"], "name": ["X", "X"], "clicks": ["7", "8"]}
    assert mapped("campaigns", daily).rejects["reason"].tolist() == ["is already in row 2"]
    rates = {"currency": ["USD"] * 2, "rate": ["0.9", "0.8"], "valid_from": ["2026-01-01"] * 2}
    assert mapped("rates", rates).rejects["reason"].tolist() == ["is already in row 2"]


def test_two_contracts_of_a_customer_are_one_row_by_the_query_that_the_reason_names():
    """C4 ended in March and came back: one customer since 2025 who has not left, and C5 has."""
    frame = pd.DataFrame(
        {
            "customer_id": ["C4", "C4", "C5", "C5"],
            "started_on": ["2025-01-01", "2026-03-15", "2025-02-01", "2026-01-01"],
            "ended_on": ["2026-03-01", None, "2025-12-31", "2026-06-30"],
        }
    )
    reason = mapped("customers", frame).rejects["reason"][0]
    query = re.search(r"\((SELECT .*? GROUP BY customer_id)\)", reason)[1]
    with duckdb.connect() as connection:
        connection.register("x", frame)
        answer = connection.sql(query.replace("…", "FROM x") + " ORDER BY 1").fetchall()
    assert answer == [
        ("C4", date(2025, 1, 1), None),
        ("C5", date(2025, 2, 1), date(2026, 6, 30)),
    ]


def test_a_rejected_row_does_not_take_the_key_from_a_good_one():
    frame = {"lead_id": ["a", "a", "a"], "created_at": ["x", "2026-01-01", "2026-01-02"]}
    result = mapped("leads", frame)
    assert result.frame["created_at"].to_pylist() == [datetime(2025, 12, 31, 23, tzinfo=UTC)]
    assert [(p.row, p.column) for p in problems(result)] == [(2, "created_at"), (4, "lead_id")]
    assert "row 3" in problems(result)[1].reason


def test_a_blank_part_of_a_key_counts_as_a_value():
    cells = {"currency": ["USD"] * 4, "valid_from": [None, "2026-01-01", "", "2026-01-01"]}
    result = mapped("rates", {**cells, "rate": [1, 2, 3, 4]})
    assert result.frame["rate"].to_pylist() == [1.0, 2.0]
    assert [(p.row, p.column, p.value) for p in problems(result)] == [
        (4, "currency", "USD"),
        (5, "currency", "USD, 2026-01-01"),
    ]
