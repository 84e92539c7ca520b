"""The demo's deals: from the SQL to a deal won or lost, a paying customer, and a customer lost."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from connectors.demo.days import (
    DAY,
    NEVER,
    Draws,
    Flags,
    Floats,
    Index,
    Seconds,
    Words,
    first_second,
    in_the_day,
    in_the_office,
    seconds,
    visible,
)
from connectors.demo.leads import REGIONS, Leads, chosen
from connectors.demo.story import STORIES, weakened

DEAL_RATE, WIN_RATE, STUCK_RATE, UNLINKED_RATE = 0.95, 0.36, 0.04, 0.015
SEGMENT_AMOUNTS = np.array([18_000.0, 8_000.0, 4_000.0])
SEGMENT_CYCLES = np.array([1.3, 1.0, 0.85])
MEDIAN_CYCLE = 44.0
"""Days from lead to won deal; with a spread of 0.5 the mean is 44 × e^(0.5² ÷ 2) = 49.9."""
STAGES = ("Discovery", "Proposal", "Negotiation")
LOSS_REASONS = ("Price", "Competitor", "No decision", "Missing feature", "Timing")
MONTHLY_CHURN = 0.025
MONTH = 365.25 / 12


@dataclass(frozen=True)
class Deals:
    """One entry per deal in every array; ``lead`` is its place among the leads."""

    lead: Index
    deal_id: Words
    created: Seconds
    closed: Seconds
    won: Flags
    paid: Seconds
    amount: Floats
    foreign: Flags
    ends: Seconds


def deals_of(leads: Leads, draws: Draws, today: date) -> Deals:
    """The deals of the SQLs that exist by the end of ``today``; won only when closed by then."""
    after = first_second(today) + DAY
    created = in_the_office(leads.sql + seconds(draws.lognormal(0.1, 0.8)))
    opened = (draws.uniform() < DEAL_RATE) & (created < after)
    cycle = draws.lognormal(MEDIAN_CYCLE, 0.5) * SEGMENT_CYCLES[leads.segment]
    closed = np.maximum(leads.created + seconds(cycle), created + 2 * DAY)
    closed = np.where(draws.uniform() < STUCK_RATE, NEVER, in_the_office(closed))
    rate = weakened(WIN_RATE, STORIES.weak_win_rate, closed, today)
    won = (draws.uniform() < rate) & (closed < after)
    paid = np.where(won, in_the_office(closed + seconds(draws.lognormal(24.0, 0.4))), NEVER)
    amount = draws.lognormal(1.05, 0.4) * SEGMENT_AMOUNTS[leads.segment]
    months = np.ceil(np.log1p(-draws.uniform()) / np.log1p(-MONTHLY_CHURN))
    ends = np.where(won, closed + seconds(months * MONTH), NEVER)
    lead = np.flatnonzero(opened)
    return Deals(
        lead=lead,
        deal_id=_renamed(leads.lead_id[lead], "D"),
        created=created[lead],
        closed=closed[lead],
        won=won[lead],
        paid=paid[lead],
        amount=amount[lead].round(-1),
        foreign=leads.region[lead] == REGIONS.index("North America"),
        ends=ends[lead],
    )


def won_by_lead(leads: Leads, deals: Deals) -> Seconds:
    """When each lead became a customer, or NEVER."""
    won = np.full(len(leads.lead_id), NEVER)
    won[deals.lead[deals.won]] = deals.closed[deals.won]
    return won


def deals_table(
    leads: Leads, deals: Deals, draws: Draws, today: date, currencies: tuple[str, str]
) -> pd.DataFrame:
    """The raw table of deals, still clean; a few of them name no lead."""
    closed = visible(deals.closed, today)
    is_open = np.isnat(closed)
    status = np.where(is_open, 0, np.where(deals.won, 1, 2))
    unlinked = draws.uniform()[deals.lead] < UNLINKED_RATE
    lost_for = draws.pick((0.3, 0.2, 0.25, 0.1, 0.15))[deals.lead]
    entered = _stage_entries(deals)
    after = first_second(today) + DAY
    stage = np.where(is_open, sum((e < after).astype(np.int64) for e in entered) - 1, 2 + status)
    lead_id = leads.lead_id[deals.lead]
    return pd.DataFrame(
        {
            "deal_id": deals.deal_id,
            "status": chosen(("open", "won", "lost"), status),
            "lead_id": _where(~unlinked, lead_id),
            "customer_id": _where(deals.won, _renamed(lead_id, "C")),
            "owner": leads.owner[deals.lead],
            "created_at": visible(deals.created, today),
            "closed_at": closed,
            "paid_at": visible(deals.paid, today),
            "amount": deals.amount,
            "currency": chosen(currencies, deals.foreign.astype(np.int64)),
            "stage": chosen((*STAGES, "Closed won", "Closed lost"), stage),
            "loss_reason": chosen(LOSS_REASONS, np.where(status == 2, lost_for, -1)),
        }
    )


def _stage_entries(deals: Deals) -> list[Seconds]:
    """When each deal entered Discovery, Proposal and Negotiation."""
    length = np.where(deals.closed == NEVER, 60 * DAY, deals.closed - deals.created)
    later = [in_the_day(deals.created + (length * share).astype(np.int64)) for share in (0.3, 0.65)]
    return [deals.created, *later]


def deal_stages_table(deals: Deals, today: date) -> pd.DataFrame:
    """The raw table of stage entries."""
    won, lost = (np.where(deals.won == is_won, deals.closed, NEVER) for is_won in (True, False))
    entries = zip((*STAGES, "Closed won", "Closed lost"),
                  (*_stage_entries(deals), won, lost), strict=True)  # fmt: skip
    parts = []
    for stage, entered in entries:
        reached = entered < first_second(today) + DAY
        times = visible(entered[reached], today)
        parts.append(
            pd.DataFrame({"deal_id": deals.deal_id[reached], "stage": stage, "entered_at": times})
        )
    return pd.concat(parts, ignore_index=True)


def customers_table(leads: Leads, deals: Deals, today: date) -> pd.DataFrame:
    """The raw table of customers."""
    return pd.DataFrame(
        {
            "customer_id": _renamed(leads.lead_id[deals.lead[deals.won]], "C"),
            "started_on": visible(_midnight(deals.closed[deals.won]), today),
            "ended_on": visible(_midnight(deals.ends[deals.won]), today),
        }
    )


def payments_table(
    leads: Leads, deals: Deals, today: date, currencies: tuple[str, str]
) -> pd.DataFrame:
    """The raw table of payments: a twelfth of the deal's amount each month of the subscription."""
    start, ends = _midnight(deals.closed[deals.won]), deals.ends[deals.won]
    customer = _renamed(leads.lead_id[deals.lead[deals.won]], "C")
    monthly = (deals.amount[deals.won] / 12).round(2)
    currency = chosen(currencies, deals.foreign[deals.won].astype(np.int64))
    after = first_second(today) + DAY
    parts, month = [], 0
    while (paid := (start + int((3 + month * MONTH) * DAY)) // DAY * DAY).min(
        initial=after
    ) < after:
        due = (paid < after) & (paid < ends)
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": customer[due],
                    "paid_on": visible(paid[due], today),
                    "amount": monthly[due],
                    "currency": currency[due],
                }
            )
        )
        month += 1
    return pd.concat(parts, ignore_index=True).sort_values(
        "paid_on", kind="stable", ignore_index=True
    )


def _midnight(times: Seconds) -> Seconds:
    return np.asarray(times // DAY * DAY)


def _renamed(lead_id: Words, letter: str) -> Words:
    """The id of a lead's deal or customer."""
    return np.array([f"{letter}{name[1:]}" for name in lead_id], dtype=object)


def _where(known: Flags, words: Words) -> Words:
    """``words``, and none where not ``known``."""
    kept = words.copy()
    kept[~known] = None
    return kept
