"""What both teams agreed on: the company's calendar and money, and the switches of the KPIs."""

import hashlib
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kpis.errors import nearest

AttributionModel = Literal["first_touch", "last_touch", "linear"]
ATTRIBUTION_MODELS: dict[AttributionModel, str] = {
    "first_touch": "First touch",
    "last_touch": "Last touch",
    "linear": "Linear",
}
"""Attribution models and their labels."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

WeekStart = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def known_time_zone(name: str) -> str:
    """Return ``name`` when it is an IANA time zone; raise ValueError when it is not."""
    if name not in available_timezones():
        hint = nearest(name, available_timezones())
        hint = hint if hint.startswith("Did") else "Use a name such as 'Europe/Berlin'."
        raise ValueError(f"'{name}' is not an IANA time zone. {hint}")
    return name


TimeZone = Annotated[str, AfterValidator(known_time_zone)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Company(BaseModel):
    """Whose numbers these are: currency, time zone, fiscal year, weeks, working days, holidays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "Our company"
    currency: Currency = "EUR"
    time_zone: TimeZone = "UTC"
    fiscal_year_starts: int = Field(default=1, ge=1, le=12)
    week_starts: WeekStart = "monday"
    working_days: tuple[Weekday, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri"), min_length=1
    )
    holidays: tuple[date, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone: a day is a day there."""
        return ZoneInfo(self.time_zone)


class Definitions(BaseModel):
    """The agreed switches of the KPIs; each changes numbers, so each is in the manifest's hash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer_when: Literal["booked", "paid"] = "booked"
    conversion: Literal["cohort", "period"] = "cohort"
    attribution: AttributionModel = "linear"
    gross_margin: float = Field(default=1.0, gt=0.0, le=1.0)
    clv_max_months: int = Field(default=60, ge=1)

    @property
    def fingerprint(self) -> str:
        """A short hash that changes when any switch does."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


class Target(BaseModel):
    """A goal that both teams agreed on: a KPI's value per period, for all or for one campaign.

    period: "month", "quarter" or "year" for every one; or one of them by name, "2026-11",
    "2026-Q4" (fiscal quarter) or "2026" (fiscal year). A named one wins over the general one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kpi: str
    period: str = Field(pattern=r"^(month|quarter|year|\d{4}|\d{4}-Q[1-4]|\d{4}-(0[1-9]|1[0-2]))$")
    value: float
    campaign: str | None = None
