"""What report and reference are compared on: 200 companies, each with switches and a question.

Turning Ibis into SQL takes far longer than running it, and only a few switches shape the SQL of
facts: the attribution model, customer_when, milestones_from, cycle_from, cycle_over and the
half-life, beside the company's zone and currency and the day of the report. They take turns in 18
settings, chosen so that every two values of different ones of the first five meet; each setting is
compiled once and serves eleven companies. Switches of formulas alone are drawn for each company
anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Any, get_args

from kpis.calendar import Period
from kpis.coverage import Mapped
from kpis.definitions import AttributionModel, Company, Definitions
from tests.kpis.random_data import (
    BERLIN,
    CAMPAIGNS,
    OWNERS,
    SEGMENTS,
    mapped_by,
    random_definitions,
    random_period,
    random_tables,
)
from tests.small_data import Row

SEEDS = range(200)
MODELS = get_args(AttributionModel)
COMPANIES = (
    BERLIN,
    Company(time_zone="America/New_York", currency="USD", week_starts="sunday"),
    Company(time_zone="UTC", week_starts="thursday"),
)
DAYS = (date(2026, 5, 15), date(2026, 4, 10), date(2026, 6, 30))
"""Days of the report; the last is after everything that happens."""

QUESTIONS: tuple[tuple[str | None, tuple[str, ...]], ...] = (
    (None, ()),
    ("campaign", ()),
    ("channel", ()),
    ("segment", ()),
    ("owner", ()),
    ("week", ()),
    ("month", ()),
    (None, ("campaign",)),
    (None, ("channel",)),
    (None, ("segment",)),
    (None, ("owner", "segment")),
    ("campaign", ("segment",)),
    ("segment", ("campaign",)),
    ("channel", ("campaign", "segment")),
    ("campaign", ("channel",)),
    ("segment", ("segment",)),
    ("owner", ("channel", "segment")),
    ("week", ("campaign",)),
    ("month", ("channel", "segment")),
    *[("campaign", ())] * 3,
    (None, ("campaign",)),
)
"""What to group by, and which dimensions to filter on; 23 that take turns with the 18 settings.
By campaign they are asked most, as only there attribution shows."""

ALL_DAYS = Period(date(2025, 10, 1), date(2026, 6, 30))

_VALUES = {
    "campaign": (*CAMPAIGNS, "(none)"),
    "channel": ("search", "(none)"),
    "segment": (*SEGMENTS, "(none)"),
    "owner": (*OWNERS, "(none)"),
}
_MAY_BE_MISSING = {
    "leads": ("mql_at", "sql_at", "campaign_id", "owner", "segment", "disqualified_at"),
    "deals": ("lead_id", "customer_id", "created_at", "closed_at", "paid_at", "amount", "segment"),
    "campaigns": ("channel",),
    "costs": ("team", "currency"),
    "customers": ("started_on", "ended_on"),
}


@dataclass(frozen=True)
class Case:
    """One company, and what is asked of it."""

    tables: dict[str, list[Row]]
    mapped: Mapped
    model: AttributionModel
    definitions: Definitions
    company: Company
    as_of: date
    period: Period
    by: str | None
    where: dict[str, list[str]]


def _setting(turn: int) -> dict[str, Any]:
    """The switches that shape facts, in the n-th of 18 settings."""
    n, third = divmod(turn, 3)
    return {
        "attribution": MODELS[n],
        "customer_when": ("booked", "paid", ("booked", "paid")[n // 3])[(third + 2 * n) % 3],
        "milestones_from": ("either", "columns", "stages")[third],
        "cycle_from": ("lead_created", "first_touch", "deal_created")[(third + n) % 3],
        "cycle_over": ("customers", "deals")[(turn * 5 + n // 2) % 2],
        "time_decay_half_life_days": (7.0, 2.5, 7.0)[third],
        "follow_up_working_days": (1, 0, 5)[third],
        "bad_fit_reasons": (("Bad fit",), ())[n % 2],
        "clv_basis": "predictive" if n >= 3 and third == n % 3 else "observed",
    }


SETTINGS = tuple(_setting(turn) for turn in range(3 * len(MODELS)))


@cache
def case(seed: int) -> Case:
    random = Random(seed)
    setting = SETTINGS[seed % len(SETTINGS)]
    by, dimensions = QUESTIONS[seed % len(QUESTIONS)]
    tables = random_tables(random)
    mapped = _thinned(random, tables)
    return Case(
        tables,
        mapped,
        setting["attribution"],
        random_definitions(random, **setting),
        COMPANIES[(seed % len(SETTINGS)) // 2 % len(COMPANIES)],
        DAYS[(seed % len(SETTINGS)) // 5 % len(DAYS)],
        random.choice((ALL_DAYS, ALL_DAYS, random_period(random))),
        by,
        {name: _some(random, _VALUES[name]) for name in dimensions},
    )


def _thinned(random: Random, tables: dict[str, list[Row]]) -> Mapped:
    """Take a table or a column away now and then; return what is left."""
    if random.random() < 0.4:
        tables.pop(random.choice(list(tables)))
    mapped = mapped_by(tables)
    gone = [("costs", "segment"), ("campaigns", "segment")] if random.random() < 0.3 else []
    if random.random() < 0.4:
        table = random.choice(list(_MAY_BE_MISSING))
        gone.append((table, random.choice(_MAY_BE_MISSING[table])))
    for table, column in gone:
        if table in tables:
            mapped[table] -= {column}
            tables[table] = [
                {name: value for name, value in row.items() if name != column}
                for row in tables[table]
            ]
    return mapped


def _some(random: Random, values: Sequence[str]) -> list[str]:
    """One or two of the values; now and then none, which does not filter."""
    return random.sample(values, random.choice((0, 1, 1, 1, 2, 2)))
