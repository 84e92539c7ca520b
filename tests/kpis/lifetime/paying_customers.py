"""Payments of made-up customers, and what predictive lifetime value makes of them."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from kpis.lifetime.predictive import PredictiveClv, customer_summary, predictive_clv

LAST_DAY = date(2026, 12, 31)

Payment = tuple[str, str, float | None]


def payments(*rows: Payment) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "paid_on", "amount"])
    return frame.astype({"amount": "float64"})


def summary(*rows: Payment) -> pd.DataFrame:
    return customer_summary(payments(*rows), LAST_DAY)


def only_row(*rows: Payment) -> dict[str, Any]:
    (row,) = summary(*rows).to_dict("records")
    return {str(name): value for name, value in row.items()}


def regular(
    customers: int, times: int = 2, every: int = 30, last: date = LAST_DAY, amount: float = 10.0
) -> list[Payment]:
    """Customers that all paid on the same days, the last of them on ``last``."""
    days = [last - timedelta(days=every * n) for n in range(times)]
    return [(f"{every}:{i}", str(day), amount) for i in range(customers) for day in days]


def predicted(frame: pd.DataFrame, margin: float = 1.0, months: float = 60) -> PredictiveClv:
    found = predictive_clv(frame, margin, months)
    assert isinstance(found, PredictiveClv), found
    return found


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)
