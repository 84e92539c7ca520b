"""How numbers are written for people: the same on cards, in tables and on the command line."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import isclose
from typing import Any

from babel.numbers import get_currency_symbol

from kpis.calendar import Period, name_of
from kpis.catalogue import CLV_OBSERVED, CLV_PREDICTIVE, COHORT_KPI, Kpi
from kpis.definitions import Company, Definitions
from kpis.model import NONE

UNDEFINED = "—"
_BEGINNINGS = {
    "lead_created": "lead created",
    "first_touch": "the lead's first touch",
    "deal_created": "deal created",
}
"""What the sales cycle begins with, by ``cycle_from`` of the definitions."""


@cache
def currency_sign(currency: str) -> str:
    """The currency's symbol in English, or its code and a blank where that is more than a sign."""
    symbol = get_currency_symbol(currency, locale="en")
    return symbol if len(symbol) == 1 else f"{currency} "


def shown(kpi: Kpi, value: float, currency: str) -> str:
    """The value as text: ``1,204``, ``4.2%``, ``51.8 days``, ``€3,410``, ``2.6×``; — for NaN."""
    if math.isnan(value):
        return UNDEFINED
    value = _settled(value)
    if kpi.unit == "money":
        return money(value, currency)
    pattern = {
        "count": "{:,.0f}",
        "share": "{:.1%}",
        "return": "{:,.0%}",
        "days": "{:,.1f} days",
        "months": "{:,.1f} months",
        "ratio": "{:,.1f}×",
    }[kpi.unit]
    return pattern.format(value).replace("-", "−")


def _settled(value: float) -> float:
    """The value without what a sum of shares leaves: 2.5000000000000004 leads round as 2.5 do."""
    return round(value, 9) + 0.0  # never -0.0


def money(value: float, currency: str) -> str:
    """An amount without cents, in millions from a million on: ``€12,340``, ``−€40``, ``€1.24M``."""
    value = _settled(value)
    sign = "−" if value < -0.5 else ""
    size = abs(value)
    text = f"{size / 1e6:,.2f}M" if size >= 1e6 else f"{size:,.0f}"
    return f"{sign}{currency_sign(currency)}{text}"


def brief(kpi: Kpi, value: float, currency: str) -> str:
    """The value where room is scarce: amounts in thousands, ``€626k``; else as :func:`shown`."""
    if kpi.unit != "money" or math.isnan(value) or not 10_000 <= abs(value) < 1e6:
        return shown(kpi, value, currency)
    sign, value = "−" if value < 0 else "", _settled(value)
    return f"{sign}{currency_sign(currency)}{abs(value) / 1e3:,.0f}k"


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
        decimals = 1 if kpi.unit == "share" else 0
        text = f"{abs(points):,.{decimals}f} pts"
        is_flat = abs(points) < 0.5 / 10**decimals
    elif before == 0:
        return None
    else:
        share = difference / abs(before)
        text, is_flat = f"{abs(share):.0%}", abs(share) < 0.005
    if is_flat:
        return Change("no change", None)
    sign = "+" if difference > 0 else "−"
    return Change(f"{sign}{text}", (difference > 0) == (kpi.better == "up"))


def listed(texts: Sequence[str]) -> str:
    """Texts as people list them: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def agrees_text(team: str) -> str:
    """What a team signs: ``Sales agrees with these figures``."""
    return f"{sentence_case(team)} agrees with these figures"


def lower_first(text: str) -> str:
    """A text as it reads within a sentence: ``on track 95%``."""
    return text[:1].lower() + text[1:]


def counted(number: float, noun: str) -> str:
    """``1 lead``, ``1,204 leads``; ``<1 lead`` where all that counts is a part of the credit."""
    number = _settled(number)
    text = "<1" if 0 < number <= 0.5 else f"{number:,.0f}"
    return f"{text} {noun}" if text in ("1", "<1") else f"{text} {noun}s"


def sentence_case(text: str) -> str:
    """The text with a capital letter first; all else as it is."""
    return text[:1].upper() + text[1:]


def period_label(period: Period, company: Company) -> str:
    """The period in words: ``November 2026``, ``Q4 2026``, ``16–22 Nov 2026``.

    Where a fiscal year does not begin in January, ``FY2026`` and ``Q4 FY2026``.
    """
    name = name_of(period, company)
    fiscal = "FY" if company.fiscal_year_starts > 1 else ""
    match name.split("-"):
        case [year] if ".." not in name:
            return f"{fiscal}{year}"
        case [year, quarter] if quarter.startswith("Q"):
            return f"{quarter} {fiscal}{year}"
        case [_, _] if ".." not in name:
            return f"{period.start:%B %Y}"
        case _:
            return days_label(period)


def days_label(period: Period, with_year: bool = True) -> str:
    """The first and last day, month and year once: ``1–23 Oct 2026``; the last year on request."""
    start, end = period.start, period.end
    last = day_text(end) if with_year else short_day(end)
    if start == end:
        return last
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{last}"
    if start.year == end.year:
        return f"{short_day(start)} – {last}"
    return f"{day_text(start)} – {last}"


def is_above(value: float, line: float) -> bool:
    """Whether a value is beyond an agreed line; sums of credit miss the line by rounding."""
    return value > line and not isclose(value, line, rel_tol=1e-9, abs_tol=1e-12)


def percent(share: float, line: float) -> str:
    """A share with as few decimals as show it above or below a line: ``21%``, ``20.4%``."""
    written = [(f"{share:.{n}%}", f"{line:.{n}%}") for n in range(4)]
    return next((text for text, other in written if text != other), written[-1][0])


def share_text(share: Any) -> str:
    """A share as text that is 100% or 0% only where it is: ``66.7%``, ``99.9%``, ``<0.1%``."""
    if share <= 0 or share >= 1:
        return "100%" if share >= 1 else "0%"
    return "<0.1%" if share < 0.001 else f"{min(share, 0.999):.1%}"


def agreed_percent(line: float) -> str:
    """An agreed share as it was written: ``20%``, ``12.5%``."""
    return f"{100 * line:g}%"


def day_text(day: date) -> str:
    """A day for people: ``12 Nov 2026``."""
    return f"{day.day} {day:%b %Y}"


def short_day(day: date) -> str:
    """A day whose year is known: ``12 Nov``."""
    return f"{day.day} {day:%b}"


def near_day(day: date, today: date) -> str:
    """A day near today: ``12 Nov``, with its year where that is another one."""
    return short_day(day) if day.year == today.year else day_text(day)


def label_of(value: str, dimension: str) -> str:
    """A value as people read it: ``(none)`` becomes ``No campaign``."""
    return f"No {dimension.lower()}" if value == NONE else value


def formula_of(kpi: Kpi, definitions: Definitions) -> str:
    """The KPI's formula in words as the definitions have it now."""
    if kpi.key == COHORT_KPI and definitions.conversion == "period":
        return "Customers with a lead won in the period ÷ leads created in the period."
    if kpi.key == "clv" and definitions.clv_basis == "predictive":
        ahead = counted(definitions.clv_max_months, "month")
        return CLV_PREDICTIVE.replace("the months agreed on", f"the next {ahead}")
    if kpi.key == "follow_up_rate":
        days = definitions.follow_up_working_days
        within = counted(days, "working day") if days else "the same working day"
        return kpi.formula.replace("the working days agreed on", within)
    if kpi.key == "sales_cycle_days":
        formula = kpi.formula.replace("lead created", _BEGINNINGS[definitions.cycle_from])
        if definitions.cycle_over == "customers":
            return formula
        return formula.replace("customer won", "deal won").replace("customers won", "deals won")
    formula = CLV_OBSERVED if kpi.key == "clv" else kpi.formula
    if "margin" not in formula:
        return formula
    if definitions.gross_margin == 1.0:
        return f"{formula} On revenue (margin 100%)."
    return f"{formula} On gross margin ({definitions.gross_margin:.0%})."
