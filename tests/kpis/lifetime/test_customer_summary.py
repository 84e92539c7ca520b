"""What is known of a customer from its payments: how often, how recently, how much."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.lifetime.likelihood import NotFitted
from kpis.lifetime.predictive import customer_summary, predictive_clv
from tests.kpis.lifetime.paying_customers import (
    LAST_DAY,
    only_row,
    payments,
    predicted,
    regular,
    summary,
)


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


def test_paying_back_is_taken_from_the_latest_payments_first() -> None:
    """100 on day 0, 50 on day 10, 30 back on day 12: 100 and 20. 70 on day 20, 100 back on day 25:
    70 of them from day 20, 20 from day 10, 10 from day 0. 90 of day 0 stay and no repeat.

    Before the second refund, 20 and 70 are repeats: 90 ÷ 2 = 45. Of 80 back instead of 100, 70 are
    from day 20 and 10 from day 10, so that one repeat of 10 stays.
    """
    start = ("k", "2026-12-01", 100.0), ("k", "2026-12-11", 50.0), ("k", "2026-12-13", -30.0)
    before = (*start, ("k", "2026-12-21", 70.0))
    row = only_row(*before)
    assert (row["frequency"], row["recency"], row["mean_value"]) == (2, 20 / 7, 45.0)
    row = only_row(*before, ("k", "2026-12-26", -80.0))
    assert (row["frequency"], row["recency"], row["mean_value"]) == (1, 10 / 7, 10.0)
    row = only_row(*before, ("k", "2026-12-26", -100.0))
    assert (row["frequency"], row["recency"], row["age"]) == (0, 0.0, 30 / 7)
    assert np.isnan(row["mean_value"])


def test_a_first_payment_that_was_paid_back_was_none() -> None:
    """500,000 prepaid and paid back; then 10, 20 and 30: a first of 10, repeats of 25 on average.

    Taken from the mean of the repeats, it was (60 − 500,000) ÷ 3.
    """
    row = only_row(
        ("k", "2026-11-05", 500_000.0),
        ("k", "2026-11-08", -500_000.0),
        ("k", "2026-12-03", 10.0),
        ("k", "2026-12-10", 20.0),
        ("k", "2026-12-17", 30.0),
    )
    assert (row["frequency"], row["recency"], row["age"]) == (2, 2.0, 4.0)
    assert row["mean_value"] == 25.0


def test_a_payment_that_was_paid_back_on_its_day_was_none_in_spite_of_last_digits() -> None:
    """0.1 + 0.2 − 0.3 is not quite 0."""
    day = [("k", "2026-12-10", amount) for amount in (0.1, 0.2, -0.3)]
    assert only_row(("k", "2026-12-03", 10.0), *day)["frequency"] == 0


def test_what_exceeds_all_payments_lowers_neither_later_ones_nor_those_of_others() -> None:
    rows = summary(
        ("a", "2026-12-03", 10.0),
        ("b", "2026-12-03", 10.0),
        ("b", "2026-12-04", -99.0),
        ("b", "2026-12-10", 10.0),
        ("b", "2026-12-17", 40.0),
        ("c", "2026-12-17", 40.0),
        ("c", "2026-12-18", -40.0),
    )
    assert list(rows["customer_id"]) == ["a", "b"]
    assert list(rows["frequency"]) == [0, 1] and rows["mean_value"][1] == 40.0


@given(
    st.lists(
        st.tuples(st.sampled_from("kl"), st.integers(1, 28), st.integers(-50, 50)), max_size=30
    )
)
def test_what_stayed_is_what_a_pile_of_payments_holds(
    rows: list[tuple[str, int, int]],
) -> None:
    """Payments laid on a pile, refunds taken from its top; of a day, payments before refunds."""
    found = summary(*((name, f"2026-12-{day:02}", float(amount)) for name, day, amount in rows))
    stayed = {}
    for name in "kl":
        pile: list[list[int]] = []
        mine = [(day, amount < 0, amount) for other, day, amount in rows if other == name]
        for day, is_refund, amount in sorted(mine):
            if not is_refund:
                pile.append([day, amount])
            while is_refund and amount < 0 and pile:
                top = pile.pop()
                amount += top[1]
                if amount > 0:
                    pile.append([top[0], amount])
        days = {day: sum(part for on, part in pile if on == day) for day, _ in pile}
        free = {day for day, _, _ in mine if not any(a > 0 for d, _, a in mine if d == day)}
        free &= {day for day, _, amount in mine if amount == 0}
        days = {
            day: days.get(day, 0) for day in sorted(set(days) | free) if day in free or days[day]
        }
        if days:
            _, *again = days.values()
            stayed[name] = (len(again), sum(again) / len(again) if again else None)
    ours = found.astype(object).where(found.notna(), None).set_index("customer_id")
    assert list(ours.index) == list(stayed)
    for name, (frequency, mean_value) in stayed.items():
        assert ours.loc[name, "frequency"] == frequency
        assert ours.loc[name, "mean_value"] == pytest.approx(mean_value)


def test_one_refund_does_not_turn_the_value_of_a_company_negative() -> None:
    """One of 150 prepays 500,000 and gets it back. It said some −4,000 on average."""
    base = [
        (name, day, 10.0 + n % 7)
        for n, (name, day, _) in enumerate(regular(150, times=4, every=30))
    ]
    name = base[0][0]
    prepaid = [(name, "2026-09-01", 500_000.0), (name, "2026-09-04", -500_000.0)]
    assert predicted(summary(*base, *prepaid)).mean == predicted(summary(*base)).mean > 0


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
