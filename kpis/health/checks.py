"""Checks of data health as data: what is looked for, what it does to which KPI, what to do."""

from dataclasses import dataclass, replace
from typing import Literal

from kpis.definitions import Definitions

Harm = Literal["totals", "split", "doubt", "none"]
HARMS: dict[Harm, str] = {
    "totals": "Totals are off",
    "split": "Split over campaigns is off",
    "doubt": "Totals may be off",
    "none": "No KPI is touched",
}
"""How much harm a finding does, the worst first. Rows in doubt may be right: they are sound."""


@dataclass(frozen=True)
class Check:
    """One thing that may be wrong with the rows of a canonical table.

    rows_are, what: a sentence, "won deals" and "came without a closing date". effect: what it does
    to which KPI. needs: ``table.column`` places that must be mapped, else there is nothing to check
    ("a or b": one of them). The words of ``what`` fit one row as well as many.
    """

    key: str
    table: str
    rows_are: str
    what: str
    effect: str
    remedy: str
    harm: Harm
    needs: tuple[str, ...] = ()


WRITE_ALIKE = (
    "Write the id the same way in all places: capital letters, leading zeros, blanks, invisible "
    "characters, letters of another alphabet, other dashes and quotes, codes such as &amp;, a "
    "number in brackets, a click's id (?fbclid=…), b'…' and ObjectId(…) around it or _x000D_ "
    "behind it make it another one, and so do hyphens of a UUID, 15 or 18 characters "
    "from Salesforce, digits in groups (1,001), a name before a mail's address, and the address of "
    "a page around an id."
)
"""What to do about ids that differ in writing only."""

_ADD_A_RATE = "Add a rate of that currency, valid on that day, to the rates table."
_NO_RATE = "came in a currency without a rate on their day"
_CORRECT = "Correct the dates where they are kept."


_ROW_CHECKS = (
    Check(
        "won_without_date",
        "deals",
        "won deals",
        "came without a closing date",
        "The win rate leaves them out and is too low.",
        "Fill in the day on which each was closed.",
        "totals",
        ("deals.closed_at",),
    ),
    Check(
        "lost_without_date",
        "deals",
        "lost deals",
        "came without a closing date",
        "The win rate leaves them out and is too high.",
        "Fill in the day on which each was closed.",
        "totals",
        ("deals.closed_at",),
    ),
    Check(
        "open_past_close",
        "deals",
        "open deals with an amount",
        "have a closing date in the past",
        "If they were won or lost, their status is mapped wrongly: customers, revenue and ROI are "
        "too low. If the date is the expected one, they are overdue.",
        "Add their status to won or lost in values.status, or set a new date where it is kept.",
        "doubt",
        ("deals.closed_at", "deals.amount"),
    ),
    Check(
        "won_without_amount",
        "deals",
        "won deals",
        "came without an amount",
        "They win customers but no revenue: revenue and ROI are too low.",
        "Fill in the amounts; a deal that was given away has the amount 0.",
        "totals",
        ("deals.amount",),
    ),
    Check(
        "won_without_rate",
        "deals",
        "won deals with an amount",
        _NO_RATE,
        "They are counted, not priced: revenue and ROI are too low.",
        _ADD_A_RATE,
        "totals",
    ),
    Check(
        "negative_cycle",
        "deals",
        "first deals of customers",
        "came in before their lead (without one: the deal) was created",
        "The sales cycle leaves them out.",
        "Correct the dates; often the lead or deal was entered after the sale.",
        "totals",
    ),
    Check(
        "won_before_lead",
        "deals",
        "won deals with a lead",
        "came in before the lead was created",
        "Touches after the sale earn no credit, so earlier campaigns get too much.",
        "Correct the dates; often the lead was entered after the sale.",
        "split",
    ),
    Check(
        "mql_before_created",
        "leads",
        "leads with an MQL date",
        "reached MQL before they were created",
        "They count as MQLs of too early a period.",
        _CORRECT,
        "totals",
    ),
    Check(
        "sql_before_created",
        "leads",
        "leads with an SQL date",
        "reached SQL before they were created",
        "They count as SQLs of too early a period.",
        _CORRECT,
        "totals",
    ),
    Check(
        "sql_before_mql",
        "leads",
        "leads with an MQL and an SQL date",
        "reached SQL before they reached MQL",
        "They count as followed up in time, and as having skipped MQL until that day.",
        _CORRECT,
        "totals",
    ),
    Check(
        "contacted_before_created",
        "leads",
        "leads that were contacted",
        "had their first contact before they were created",
        "They count as followed up in time, whatever came later.",
        _CORRECT,
        "totals",
    ),
    Check(
        "costs_without_rate",
        "costs",
        "costs",
        _NO_RATE,
        "They are counted, not priced: CAC is too low, and ROI too high.",
        _ADD_A_RATE,
        "totals",
    ),
    Check(
        "payments_without_rate",
        "payments",
        "payments",
        _NO_RATE,
        "They are counted, not priced: customer lifetime value is too low.",
        _ADD_A_RATE,
        "totals",
    ),
    Check(
        "customer_ended_before_started",
        "customers",
        "customers that ended",
        "ended before they started",
        "They are never active: customer lifetime value is too high, or too low where they ended "
        "in the months that it is computed from, as they count as churn then.",
        "Correct the days; a customer without a start began with the first won deal.",
        "totals",
    ),
    Check(
        "customer_without_start",
        "customers",
        "customers that paid or ended",
        "came without a start and without a won deal",
        "They are never counted as active: their payments raise customer lifetime value, their "
        "ends lower it.",
        "Fill in started_on, or add the won deal.",
        "totals",
    ),
    Check(
        "campaign_ended_before_started",
        "campaigns",
        "campaigns with first and last day",
        "ended before they started",
        "No KPI is computed from these days, but people read them.",
        "Correct the days of the campaign.",
        "none",
    ),
    Check(
        "campaigns_written_otherwise",
        "campaigns",
        "campaigns",
        "shared their id with another one, but for the writing",
        "One campaign counts as two: its leads, costs and customers are split.",
        WRITE_ALIKE,
        "split",
    ),
)
"""The checks that look at rows by themselves, as defined when customers are won by payment."""


def row_checks(definitions: Definitions) -> tuple[Check, ...]:
    """The checks that look at rows by themselves; their texts follow the definitions."""
    found = {check.key: check for check in _ROW_CHECKS}
    if definitions.customer_when == "booked":
        effect = "They are not yet won: customers, lead conversion, revenue and ROI are too low, "
        undated = found["won_without_date"]
        found[undated.key] = replace(undated, effect=f"{effect}CAC too high.")
    # Only touches up to the sale count, so no customer is won before the first of them.
    if definitions.cycle_from == "deal_created":
        negative = found["negative_cycle"]
        found[negative.key] = replace(negative, what="came in before their deal was created")
    if definitions.cycle_over == "deals":
        found["negative_cycle"] = replace(found["negative_cycle"], rows_are="won deals")
    return tuple(found.values())
