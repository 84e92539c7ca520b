"""How numbers are written for people: the same on cards, in tables and on the command line."""

import math
from dataclasses import dataclass

from kpis.catalogue import Kpi

UNDEFINED = "—"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}


def currency_sign(currency: str) -> str:
    """The currency's symbol, or its code and a blank where no symbol is common."""
    return _SYMBOLS.get(currency, f"{currency} ")


def shown(kpi: Kpi, value: float, currency: str) -> str:
    """The value as text: ``1,204``, ``4.2%``, ``51.8 days``, ``€3,410``, ``2.6×``; — for NaN."""
    if math.isnan(value):
        return UNDEFINED
    match kpi.unit:
        case "count":
            return f"{value:,.0f}"
        case "share":
            return f"{value:.1%}"
        case "return":
            return f"{value:,.0%}"
        case "days":
            return f"{value:,.1f} days"
        case "months":
            return f"{value:,.1f} months"
        case "ratio":
            return f"{value:,.1f}×"
        case "money":
            return money(value, currency)


def money(value: float, currency: str) -> str:
    """An amount without cents, in millions from a million on: ``€12,340``, ``−€40``, ``€1.24M``."""
    sign = "−" if value < -0.5 else ""
    size = abs(value)
    text = f"{size / 1e6:,.2f}M" if size >= 1e6 else f"{size:,.0f}"
    return f"{sign}{currency_sign(currency)}{text}"


@dataclass(frozen=True)
class Change:
    """A change between two periods: its text, and whether it is for the better (None: neither)."""

    text: str
    better: bool | None


def change(kpi: Kpi, now: float, before: float) -> Change | None:
    """How a KPI changed: in points for shares, in per cent for anything else.

    None when either is undefined, or when the earlier value is zero and there is no per cent of it.
    """
    if math.isnan(now) or math.isnan(before):
        return None
    difference = now - before
    if kpi.unit in ("share", "return"):
        points = 100 * difference
        text = f"{abs(points):.1f} pts" if kpi.unit == "share" else f"{abs(points):,.0f} pts"
        is_flat = abs(points) < (0.05 if kpi.unit == "share" else 0.5)
    elif before == 0:
        return None
    else:
        share = difference / abs(before)
        text, is_flat = f"{abs(share):.0%}", abs(share) < 0.005
    if is_flat:
        return Change("no change", None)
    sign = "+" if difference > 0 else "−"
    return Change(f"{sign}{text}", (difference > 0) == (kpi.better == "up"))
