"""What tables hold, in words: shares, ages and sums, alike in every channel."""

import math
from collections.abc import Iterable
from typing import Any

from kpis.display import UNDEFINED, money
from kpis.health.source_facts import StatusFacts


def percent_text(share: Any) -> str:
    """A share as text that is 100% or 0% only where it is: ``98.3%``, ``<0.1%``."""
    if share <= 0 or share >= 1:
        return "100%" if share >= 1 else "0%"
    floor = math.floor(share * 1000) / 10
    return f"{floor:.1f}%" if floor else "<0.1%"


def age_text(days: int | None, is_late: bool = False) -> str:
    """How old a newest record is: ``today``, ``1 day``, ``12 days, late``."""
    if days is None:
        return UNDEFINED
    age = "today" if days == 0 else f"{days:,} day{'s' * (days > 1)}"
    return f"{age}, late" if is_late else age


def deals_text(deals: Iterable[StatusFacts]) -> str:
    """The deals by status: ``770 won (€5.47M; 8 without an amount), 289 open``."""
    found = []
    for one in deals:
        told = [sums] if (sums := sums_text(one)) else []
        told += [f"{one.without_amount:,} without an amount"] if sums and one.without_amount else []
        found.append(f"{one.rows:,} {one.status}" + (f" ({'; '.join(told)})" if told else ""))
    return ", ".join(found)


def sums_text(deals: StatusFacts) -> str:
    """The amounts of deals in each currency: ``€5.47M, SEK 40,950``; empty without any."""
    return ", ".join(money(amount, currency) for currency, amount in deals.amounts.items())
