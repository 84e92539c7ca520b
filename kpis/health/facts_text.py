"""What tables hold, in words: shares, ages and sums, alike in every channel."""

from collections.abc import Iterable

from kpis.display import UNDEFINED, money
from kpis.health.source_facts import StatusFacts


def age_text(days: int | None, is_late: bool = False) -> str:
    """How old a newest record is: ``today``, ``1 day``, ``12 days old, late``."""
    if days is None:
        return UNDEFINED
    age = "today" if days == 0 else f"{days:,} day{'s' * (days > 1)}"
    return f"{age} old, late" if is_late else age


def deals_text(deals: Iterable[StatusFacts]) -> str:
    """The deals by status: ``770 won (€5.47M; 8 without an amount), 289 open``."""
    found = []
    for one in deals:
        sums = sums_text(one)
        sums += f"; {one.without_amount:,} without an amount" * bool(sums and one.without_amount)
        found.append(f"{one.rows:,} {one.status}{f' ({sums})' * bool(sums)}")
    return ", ".join(found)


def sums_text(deals: StatusFacts) -> str:
    """The amounts of deals in each currency: ``€5.47M, SEK 40,950``; empty without any."""
    return ", ".join(money(amount, currency) for currency, amount in deals.amounts.items())
