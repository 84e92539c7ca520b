"""Predictive lifetime value: what customers will still pay, from when and what they paid.

How often and for how long is estimated by BG/NBD (kpis.lifetime.bg_nbd), how much by Gamma-Gamma
(kpis.lifetime.gamma_gamma), both fitted by maximum likelihood to all customers together. Time is in
weeks, as in the papers. Why own code: docs/decisions/012.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpis.lifetime.bg_nbd import expected_purchases, fit_bg_nbd, p_alive
from kpis.lifetime.gamma_gamma import expected_value, fit_gamma_gamma
from kpis.lifetime.likelihood import NotFitted
from kpis.scorecard.formulas import DAYS_PER_MONTH
from kpis.scorecard.sums import CLV_WINDOW_DAYS

DAYS_PER_WEEK = 7
WEEKS_PER_MONTH = DAYS_PER_MONTH / DAYS_PER_WEEK

_REST = 1e-9
"""Share of a payment that may be left of it when all of it was paid back."""


@dataclass(frozen=True, eq=False)
class PredictiveClv:
    """What customers will still bring, from the day of their summary on.

    mean: expected margin of the average customer that paid in the last 365 days.
    customers: one row per customer, whether it paid in these days or not:

    - customer_id
    - p_alive: probability that it has not left for good
    - expected_purchases: days on which it will pay
    - expected_value: what it will pay on such a day
    - expected_margin: purchases × value × margin
    - in_window: whether it paid in the last 365 days
    """

    mean: float
    customers: pd.DataFrame


def customer_summary(payments: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return how often, how recently and how much each customer has paid by the end of a day.

    payments: customer_id, paid_on (days), amount in company currency; without an amount, or after
        ``as_of``, a payment is left out.

    One row per customer that paid at all, in the order of ids:

    - customer_id
    - frequency: days on which it paid again, after the first; payments of a day are one
    - recency: weeks from the first to the last such day; 0 without one
    - age: weeks from the first to ``as_of``
    - mean_value: amount per day on which it paid again; NaN without one

    What was paid back is taken from the payments of that day and before, the latest first; what
    exceeds them all lowers nothing. A day of which nothing stayed is no payment, and a customer of
    whom nothing stayed is none; a day on which something was free is one.
    """
    known = payments.assign(paid_on=pd.to_datetime(payments["paid_on"])).dropna(subset="amount")
    known = known[known["paid_on"] <= pd.Timestamp(as_of)]
    kept = _kept(known)
    customer = kept["customer_id"]
    paid = kept["paid_on"].groupby(customer)
    first, last, frequency = paid.min(), paid.max(), paid.count() - 1
    is_later = kept["paid_on"] > paid.transform("min")
    again = kept["amount"].where(is_later, 0.0).groupby(customer).sum()
    summary = pd.DataFrame(
        {
            "frequency": frequency,
            "recency": (last - first).dt.days / DAYS_PER_WEEK,
            "age": (pd.Timestamp(as_of) - first).dt.days / DAYS_PER_WEEK,
            "mean_value": (again / frequency).where(frequency > 0),
        }
    )
    return summary.rename_axis("customer_id").reset_index()


def _kept(payments: pd.DataFrame) -> pd.DataFrame:
    """Each day that a customer paid on and the amount of it that was not paid back."""
    amount = payments["amount"]
    rows = payments.assign(
        paid=amount.clip(lower=0), paid_back=(-amount).clip(lower=0), is_payment=amount >= 0
    )
    daily = rows.groupby(["customer_id", "paid_on"], as_index=False).agg(
        {"paid": "sum", "paid_back": "sum", "is_payment": "any"}
    )
    begins = daily.groupby("customer_id").cumcount() == 0
    left = _less_paid_back(daily["paid"].tolist(), daily["paid_back"].tolist(), begins.tolist())
    daily["amount"] = left
    # Sums of cents that cancel leave a rest in their last digit.
    stayed = daily["amount"] > _REST * daily["paid"]
    was_free = daily["paid"] == 0
    return daily[daily["is_payment"] & (stayed | was_free)]


def _less_paid_back(paid: list[float], paid_back: list[float], begins: list[bool]) -> list[float]:
    """What stays of each day: in order of customers and days, ``begins`` where one begins."""
    stays = paid.copy()
    for refunded in (day for day, amount in enumerate(paid_back) if amount > 0):
        owed, day = paid_back[refunded], refunded
        while True:
            taken = min(owed, stays[day])
            stays[day] -= taken
            owed -= taken
            if owed <= 0 or begins[day]:
                break
            day -= 1
    return stays


def predictive_clv(
    summary: pd.DataFrame, margin: float, months: float
) -> PredictiveClv | NotFitted:
    """Return the margin that customers are expected to bring in the next ``months``.

    summary: as returned by customer_summary. margin: share of an amount. Only what is still to come
    counts, not what was paid already, and it is not discounted. The models are fitted to everybody;
    the mean is over those who paid in the 365 days up to the day of the summary.
    """
    purchases = fit_bg_nbd(summary)
    if isinstance(purchases, NotFitted):
        return purchases
    values = fit_gamma_gamma(summary["frequency"], summary["mean_value"])
    if isinstance(values, NotFitted):
        return values
    frequency, recency, age, mean_value = (
        summary[name].to_numpy(float) for name in ("frequency", "recency", "age", "mean_value")
    )
    customers = pd.DataFrame(
        {
            "customer_id": summary["customer_id"],
            "p_alive": p_alive(purchases, frequency, recency, age),
            "expected_purchases": expected_purchases(
                purchases, months * WEEKS_PER_MONTH, frequency, recency, age
            ),
            "expected_value": expected_value(values, frequency, mean_value),
        }
    )
    customers["expected_margin"] = (
        customers["expected_purchases"] * customers["expected_value"] * margin
    )
    days_silent = np.rint((age - recency) * DAYS_PER_WEEK)
    customers["in_window"] = days_silent < CLV_WINDOW_DAYS
    if not customers["in_window"].any():
        return NotFitted(f"no customer paid in the {CLV_WINDOW_DAYS} days")
    mean = float(customers.loc[customers["in_window"], "expected_margin"].mean())
    return PredictiveClv(mean, customers)
