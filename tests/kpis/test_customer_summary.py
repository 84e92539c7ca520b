"""What is known of a customer from its payments: how often, how recently, how much."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from kpis.likelihood import NotFitted
from kpis.predictive import customer_summary, predictive_clv
from tests.kpis.paying_customers import LAST_DAY, only_row, payments, summary


def test_without_payments_there_are_no_customers_and_nothing_to_predict() -> None:
    none = summary()
    assert none.empty
    assert list(none) == ["customer_id", "frequency", "recency", "age", "mean_value"]
    assert predictive_clv(none, 1.0, 60) == NotFitted(
        "only 0 customers paid on a second day, and a prediction needs 100"
    )


def test_a_customer_that_paid_once_has_an_age_and_no_value() -> None:
    row = only_row(("k", "2026-12-10", 50.0))
    assert (row["frequency"], row["recency"], row["age"]) == (0, 0.0, 3.0)
    assert np.isnan(row["mean_value"])


def test_a_customer_that_paid_on_the_day_itself_has_age_zero() -> None:
    assert only_row(("k", "2026-12-31", 50.0))["age"] == 0.0


def test_payments_of_one_day_are_one_purchase() -> None:
    """Three payments on two days: one repeat of 20 + 30. Counted singly: two of 25."""
    row = only_row(("k", "2026-12-03", 10.0), ("k", "2026-12-17", 20.0), ("k", "2026-12-17", 30.0))
    assert (row["frequency"], row["recency"], row["age"]) == (1, 2.0, 4.0)
    assert row["mean_value"] == 50.0


def test_the_first_payment_counts_neither_as_a_repeat_nor_in_the_mean() -> None:
    """(30 + 50) ÷ 2 = 40; with the first, (100 + 30 + 50) ÷ 3 = 60."""
    row = only_row(("k", "2026-11-05", 100.0), ("k", "2026-12-10", 30.0), ("k", "2026-12-17", 50.0))
    assert (row["frequency"], row["mean_value"]) == (2, 40.0)


def test_payments_after_the_day_do_not_exist() -> None:
    paid = payments(("k", "2026-12-03", 10.0), ("k", "2027-01-01", 99.0), ("l", "2027-01-01", 9.0))
    (row,) = customer_summary(paid, LAST_DAY).to_dict("records")
    assert (row["customer_id"], row["frequency"]) == ("k", 0)
    assert list(customer_summary(paid, date(2027, 1, 1))["frequency"]) == [1, 0]


def test_a_payment_without_an_amount_in_company_currency_is_left_out() -> None:
    row = only_row(("k", "2026-12-03", 10.0), ("k", "2026-12-17", None))
    assert row["frequency"] == 0


def test_paying_back_is_no_payment_and_lowers_the_mean() -> None:
    """Two repeats of 40, 20 paid back: 60 ÷ 2 = 30, last paid on 17 December."""
    row = only_row(
        ("k", "2026-12-01", -5.0),
        ("k", "2026-12-03", 10.0),
        ("k", "2026-12-10", 40.0),
        ("k", "2026-12-17", 40.0),
        ("k", "2026-12-24", -20.0),
    )
    assert (row["frequency"], row["recency"], row["age"]) == (2, 2.0, 4.0)
    assert row["mean_value"] == 30.0


def test_a_day_of_zero_is_a_payment_as_in_the_published_data() -> None:
    assert only_row(("k", "2026-12-03", 10.0), ("k", "2026-12-10", 0.0))["mean_value"] == 0.0


def test_a_customer_that_was_only_paid_back_is_none() -> None:
    assert summary(("k", "2026-12-03", -10.0)).empty


def test_the_order_of_payments_changes_nothing_and_they_are_not_changed() -> None:
    rows = (("k", "2026-12-03", 1.0), ("l", "2026-12-04", 2.0), ("k", "2026-12-10", 3.0))
    given_rows = payments(*rows)
    before = given_rows.copy()
    in_order = customer_summary(given_rows, LAST_DAY)
    pd.testing.assert_frame_equal(given_rows, before)
    pd.testing.assert_frame_equal(summary(*rows[::-1]), in_order)


def test_days_may_be_dates_or_timestamps() -> None:
    text = payments(("k", "2026-12-03", 1.0), ("k", "2026-12-10", 3.0))
    stamps = text.assign(paid_on=pd.to_datetime(text["paid_on"]))
    dates = stamps.assign(paid_on=stamps["paid_on"].dt.date)
    for frame in (stamps, dates):
        pd.testing.assert_frame_equal(
            customer_summary(frame, LAST_DAY), customer_summary(text, LAST_DAY)
        )


def test_cdnow_purchases_give_the_published_summary(
    cdnow_summary: pd.DataFrame, real_data: Path
) -> None:
    """All 2,357 customers, 946 of whom bought again; the file has two decimals."""
    file = real_data / "cdnow" / "cdnow_customers_summary_with_transactions.csv"
    published = pd.read_csv(file)
    assert len(cdnow_summary) == 2357 and (cdnow_summary["frequency"] > 0).sum() == 946
    ours = cdnow_summary.fillna({"mean_value": 0.0})
    assert list(ours["customer_id"].astype(int)) == list(published["ID"])
    assert list(ours["frequency"]) == list(published["x"])
    for name, column in (("recency", "t_x"), ("age", "T"), ("mean_value", "zbar")):
        assert (ours[name] - published[column]).abs().max() < 0.00501, name
