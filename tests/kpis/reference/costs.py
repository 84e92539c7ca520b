"""Costs once more, from the words of the contract: a selection's own, and its part of the shared.

Decision 007: what is shown are the costs of the selection's rows; what the formulas charge are the
costs of its own campaigns, and to CAC a share of the shared costs by SQL credit.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.kpis.reference.company import NONE, SPREAD, ReferenceCompany, Row, Selection


@dataclass
class Costs:
    """In company currency.

    shown: of the selection's rows. charged_marketing: what ROI takes. acquisition: what CAC takes.
    """

    shown_marketing: Fraction = Fraction(0)
    shown_sales: Fraction = Fraction(0)
    charged_marketing: Fraction = Fraction(0)
    acquisition: Fraction = Fraction(0)


def costs_of(
    company: ReferenceCompany, first: date, end: date, selection: Selection, asked: set[str]
) -> Costs:
    """The costs of the days from ``first`` to ``end``; asked: filtered or grouped by."""
    apart = bool(asked.intersection(SPREAD))
    costs, shared = Costs(), Fraction(0)
    for cost in company.rows("costs"):
        day = date.fromisoformat(cost["spent_on"])
        if not first <= day <= end or not _is_of(company, cost, selection):
            continue
        amount, campaign = company.priced(cost, day), cost.get("campaign_id")
        is_chosen, is_marketing = company.is_chosen(campaign, selection), _is_marketing(cost)
        if is_chosen:
            costs.shown_marketing += amount if is_marketing else 0
            costs.shown_sales += 0 if is_marketing else amount
        if campaign is None and apart:
            shared += amount
        elif is_chosen:
            costs.charged_marketing += amount if is_marketing else 0
            costs.acquisition += amount
    if apart:
        costs.acquisition += shared * _share_of_sqls(company, first, end, selection)
    return costs


def _is_marketing(cost: Row) -> bool:
    return cost.get("team", "marketing") == "marketing"


def _is_of(company: ReferenceCompany, cost: Row, selection: Selection) -> bool:
    """Whether a cost is of the dimension values asked for: its own, else its campaign's."""
    campaigns = {row["campaign_id"]: row for row in company.rows("campaigns")}
    campaign = campaigns.get(cost.get("campaign_id"), {})
    return all(
        cost.get(dimension, campaign.get(dimension, NONE)) in values
        for dimension, values in selection.items()
        if dimension not in SPREAD
    )


def _share_of_sqls(
    company: ReferenceCompany, first: date, end: date, selection: Selection
) -> Fraction:
    """The selection's part of the SQL credit of all campaigns; none where there are no SQLs."""
    everywhere = {name: values for name, values in selection.items() if name not in SPREAD}
    own, whole = Fraction(0), Fraction(0)
    for name, lead in company.leads.items():
        day = company.reached_on(lead, "sql")
        if day is not None and first <= day <= end:
            own += company.share(name, {}, selection)
            whole += company.share(name, {}, everywhere)
    return own / whole if whole else Fraction(0)
