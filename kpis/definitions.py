"""What both teams agreed on: the company's calendar and money, and the switches of the KPIs."""

import hashlib
from collections.abc import Set
from datetime import date
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from kpis.errors import nearest

AttributionModel = Literal[
    "first_touch", "last_touch", "linear", "position_based", "time_decay", "w_shaped"
]
ATTRIBUTION_MODELS: dict[AttributionModel, str] = {
    "first_touch": "First touch",
    "last_touch": "Last touch",
    "linear": "Linear",
    "position_based": "Position-based",
    "time_decay": "Time decay",
    "w_shaped": "W-shaped",
}
"""Attribution models and their labels."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

WeekStart = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def known_time_zone(name: str) -> str:
    """Return ``name`` when it is an IANA time zone; raise ValueError when it is not."""
    if name not in _time_zones():
        hint = nearest(name, _time_zones())
        hint = hint if hint.startswith("Did") else "Use a name such as 'Europe/Berlin'."
        raise ValueError(f"'{name}' is not an IANA time zone. {hint}")
    return name


def unknown_currency(code: str) -> str:
    """Why ``code`` is no currency of ISO 4217, past ones included; empty when it is one."""
    known = list_currencies()
    if code in known:
        return ""
    hint = nearest(code, known)
    like = f". {hint}" if hint.startswith("Did") else " such as EUR"
    return f"is no currency code of ISO 4217{like}"


def known_currency(code: str) -> str:
    """Return ``code`` when it is a currency of ISO 4217; raise ValueError when it is not."""
    if why := unknown_currency(code):
        raise ValueError(why)
    return code


@cache
def _time_zones() -> Set[str]:
    """Every zone of the machine; to look at its files takes 5 ms."""
    return available_timezones()


TimeZone = Annotated[str, AfterValidator(known_time_zone)]
Currency = Annotated[str, AfterValidator(known_currency)]


class Company(BaseModel):
    """Whose numbers these are: currency, time zone, fiscal year, weeks, working days, holidays.

    fiscal_year_named: a fiscal year is called by the calendar year in which it ends, or starts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "Our company"
    currency: Currency = "EUR"
    time_zone: TimeZone = "UTC"
    fiscal_year_starts: int = Field(default=1, ge=1, le=12)
    fiscal_year_named: Literal["start", "end"] = "end"
    week_starts: WeekStart = "monday"
    working_days: tuple[Weekday, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri"), min_length=1
    )
    holidays: tuple[date, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone: a day is a day there."""
        return ZoneInfo(self.time_zone)


_TEXTS: dict[str, str | dict[str, str]] = {
    "customer_when": "A customer counts when the deal is {}.",
    "milestones_from": {
        "columns": "MQL and SQL dates come from the leads' own columns.",
        "stages": "MQL and SQL dates come from the first entry of that stage in lead_stages.",
        "either": "MQL and SQL dates come from the leads' own columns or, where these are blank, "
        "from the first entry of that stage in lead_stages.",
    },
    "conversion": {
        "cohort": "Conversion: leads created in the period that have become customers ÷ leads "
        "created in it.",
        "period": "Conversion: customers with a lead won in the period ÷ leads created in it.",
    },
    "cycle_from": {
        "lead_created": "The sales cycle begins when the lead is created.",
        "first_touch": "The sales cycle begins with the lead's first touch.",
        "deal_created": "The sales cycle begins when the deal is created.",
    },
    "cycle_over": {
        "customers": "The sales cycle is measured per customer, up to the first won deal.",
        "deals": "The sales cycle is measured per won deal.",
    },
    "attribution": {model: f"Attribution: {name}." for model, name in ATTRIBUTION_MODELS.items()},
    "time_decay_half_life_days": "Under time decay, a touch {:g} days before the last one counts "
    "half.",
    "gross_margin": "Lifetime value and ROI count {:.4g}% of revenue.",
    "clv_max_months": "Lifetime value counts at most {} months.",
    "clv_basis": {
        "observed": "Lifetime value comes from payments and churn, or without them from won "
        "revenue so far.",
        "predictive": "Lifetime value is what paying customers are expected to bring.",
    },
    "follow_up_working_days": "Working days for sales to answer an MQL in time: {}.",
    "bad_fit_reasons": "Reasons for a bad fit: {}.",
}
"""Each switch of the definitions as a sentence, or a sentence per choice."""


class Definitions(BaseModel):
    """The agreed switches of the KPIs; each changes numbers, so each is in the manifest's hash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer_when: Literal["booked", "paid"] = "booked"
    milestones_from: Literal["columns", "stages", "either"] = "either"
    conversion: Literal["cohort", "period"] = "cohort"
    cycle_from: Literal["lead_created", "first_touch", "deal_created"] = "lead_created"
    cycle_over: Literal["customers", "deals"] = "customers"
    attribution: AttributionModel = "linear"
    time_decay_half_life_days: float = Field(default=7.0, gt=0.0, le=3650.0)
    gross_margin: float = Field(default=1.0, gt=0.0, le=1.0)
    clv_max_months: int = Field(default=60, ge=1, le=1200)
    clv_basis: Literal["observed", "predictive"] = "observed"
    follow_up_working_days: int = Field(default=1, ge=0, le=365)
    bad_fit_reasons: tuple[str, ...] = ("Bad fit", "Not a fit")

    @property
    def fingerprint(self) -> str:
        """A short hash that changes when any switch does."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def changed_from(self, before: "Definitions") -> tuple[str, ...]:
        """The names of the switches that differ from ``before``, in their order."""
        names = Definitions.model_fields
        return tuple(name for name in names if getattr(self, name) != getattr(before, name))

    def text(self, switch: str) -> str:
        """What a switch means as it is set: "A customer counts when the deal is booked."."""
        value, text = getattr(self, switch), _TEXTS[switch]
        if isinstance(value, tuple):
            value = ", ".join(value) or "none"
        if switch == "gross_margin":
            value = 100 * value
        if switch == "follow_up_working_days" and not value:
            value = "0 (the same day)"
        return text[value] if isinstance(text, dict) else text.format(value)


FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years whose days can be reported on."""

PERIOD = r"(?:month|quarter|year|\d{4}|\d{4}-Q[1-4]|\d{4}-(?:0[1-9]|1[0-2]))"
"""How a target names its period."""


def period_problem(period: str) -> str:
    """Why no figures are reported of a period of that name; empty where they are."""
    if not period[:1].isdigit() or FIRST_YEAR <= int(period[:4]) <= LAST_YEAR:
        return ""
    return (
        "a period that never comes: no figures are reported of it. Use a year from "
        f"{FIRST_YEAR} to {LAST_YEAR}, or month, quarter or year for every one"
    )


class Target(BaseModel):
    """A goal that both teams agreed on: a KPI's value per period, for all or for one campaign.

    period: "month", "quarter" or "year" for every one; or one of them by name, "2026-11",
    "2026-Q4" (fiscal quarter) or "2026" (fiscal year). A named one wins over the general one. A
    fiscal year is named as ``fiscal_year_named`` of the company says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kpi: str
    period: str = Field(pattern=f"^{PERIOD}$")
    value: float = Field(allow_inf_nan=False)
    campaign: str | None = None

    @field_validator("period")
    @classmethod
    def _comes(cls, period: str) -> str:
        if problem := period_problem(period):
            raise ValueError(f"is '{period}', {problem}")
        return period
