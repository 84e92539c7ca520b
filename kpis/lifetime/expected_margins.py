"""What the customers of a company are expected to bring, as of a day, from its payments.

Fitted once per snapshot and day: no filter, grouping or attribution model changes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from kpis.definitions import Company, Definitions
from kpis.facts.currency import priced
from kpis.lifetime.likelihood import NotFitted
from kpis.lifetime.predictive import customer_summary, predictive_clv

MARGINS = {"customer_id": "string", "expected_margin": "float64"}
"""The columns of a prediction."""


PREDICTED_FROM = ("payments", "rates")
"""The canonical tables that a prediction is made from."""


@dataclass(frozen=True)
class Prediction:
    """What customers are expected to bring, or why there is no prediction.

    margins: customer_id, expected_margin in company currency; None where nothing is predicted.
    not_predicted: why not; empty where it is, and where definitions do not ask for it.
    """

    margins: ir.Table | None = None
    not_predicted: str = ""


def predicted_by(
    tables: Mapping[str, ir.Table], definitions: Definitions, company: Company, as_of: date
) -> Prediction:
    """Return the prediction that ``definitions.clv_basis`` asks for, at no cost where it does not.

    tables: those of PREDICTED_FROM, by name.
    """
    if definitions.clv_basis != "predictive":
        return Prediction()
    found = predicted_margins(tables, definitions, company, as_of)
    if isinstance(found, NotFitted):
        return Prediction(not_predicted=found.reason)
    return Prediction(ibis.memtable(found, schema=MARGINS))


def predicted_margins(
    tables: Mapping[str, ir.Table], definitions: Definitions, company: Company, as_of: date
) -> pd.DataFrame | NotFitted:
    """Return what each customer that paid in the 365 days up to ``as_of`` is expected to bring.

    Columns customer_id and expected_margin: over the next ``clv_max_months``, in company currency,
    on gross margin. Payments without a rate are left out. The models are fitted to all customers
    that ever paid, also those that are not in the result.
    """
    payments = priced(tables["payments"], tables["rates"], company, day="paid_on")
    paid = payments.filter(payments.paid_on <= as_of).select("customer_id", "paid_on", "amount")
    # In one order: amounts of a day that are summed in another differ in their last digit.
    known = paid.order_by(["customer_id", "paid_on", "amount"]).to_pandas()
    found = predictive_clv(
        customer_summary(known, as_of), definitions.gross_margin, definitions.clv_max_months
    )
    if isinstance(found, NotFitted):
        return found
    paying: pd.DataFrame = found.customers.loc[
        found.customers["in_window"], ["customer_id", "expected_margin"]
    ]
    return paying.reset_index(drop=True)
