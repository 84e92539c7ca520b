"""Random companies: small, dense and dirty, with everything that the contract has a rule for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from kpis.calendar import Period
from kpis.coverage import Mapped
from kpis.definitions import AttributionModel, Company, Definitions
from kpis.facts.rollup import rolled_up
from kpis.model import columns_of
from kpis.scorecard.selection import Facts
from tests.small_data import Row, Rows, facts_of

BERLIN = Company(time_zone="Europe/Berlin")
AS_OF = date(2026, 5, 15)
CAMPAIGNS = ("ads", "seo", "fair", "ghost")
"""``ghost`` is not in the table of campaigns, ``fair`` has no channel."""

SEGMENTS = ("S", "M")
OWNERS = ("ann", "bob")
CURRENCIES = ("EUR", "USD", "USD", "XAU")
"""``XAU`` has no rate, ``USD`` now and then none in October; a company's own needs none."""

DIMENSIONS = ("segment",)

_OF_FORMULAS: dict[str, tuple[Any, ...]] = {
    "conversion": ("cohort", "period"),
    "gross_margin": (1.0, 0.4),
    "clv_max_months": (6, 60),
}
"""The switches that change no facts, with values to turn them to."""

_FIRST = date(2025, 10, 1)
_LAST = date(2026, 6, 15)
_HOURS = ("00:00", "04:30", "09:15", "21:59", "22:30", "23:30")
"""22:30 and 23:30 UTC are the next day in Berlin, the former in summer only; 00:00 and 04:30 are
the day before in New York, the latter in winter only."""


def random_tables(random: Random) -> dict[str, list[Row]]:
    """Rows for every canonical table; now and then without payments."""
    leads = [f"l{n}" for n in _some(random, 16)]
    customers = [*[None] * 6, "k1", "k2", *leads[:2]]
    with_unknown = [*leads, "nobody"]

    def maybe(value: str | float, chance: float = 0.5) -> str | float | None:
        return value if random.random() < chance else None

    def amount() -> float:
        return random.choice((0.0, 10.0, 99.99, 250.5, 1200.0, -40.0))

    tables = {
        "campaigns": [
            _row(campaign_id="ads", channel="search", segment="S"),
            _row(campaign_id="seo", channel="search"),
            _row(campaign_id="fair", segment="M"),
        ],
        "leads": [
            _row(
                lead_id=name,
                created_at=min(_moment(random), _moment(random)),
                campaign_id=maybe(random.choice(CAMPAIGNS)),
                owner=maybe(random.choice(OWNERS)),
                first_contacted_at=maybe(_moment(random), 0.3),
                mql_at=maybe(_moment(random)),
                sql_at=maybe(_moment(random)),
                disqualified_at=maybe(_moment(random), 0.3),
                disqualified_reason=maybe(random.choice(("Bad fit", "No budget")), 0.7),
                segment=maybe(random.choice(SEGMENTS)),
            )
            for name in leads
        ],
        "touches": [
            _row(
                lead_id=random.choice(with_unknown),
                campaign_id=random.choice(CAMPAIGNS),
                touched_at=min(_moment(random), _moment(random)),
            )
            for _ in _some(random, 60)
        ],
        "lead_stages": [
            _row(
                lead_id=random.choice(with_unknown),
                stage=random.choice(("mql", "SQL", "subscriber")),
                entered_at=_moment(random),
            )
            for _ in _some(random, 15)
        ],
        "deals": [
            _row(
                deal_id=f"d{n}",
                status=random.choice(("won", "won", "won", "lost", "open")),
                lead_id=maybe(random.choice(with_unknown), 0.8),
                customer_id=random.choice(customers),
                created_at=maybe(_moment(random)),
                closed_at=maybe(max(_moment(random), _moment(random)), 0.9),
                paid_at=maybe(_moment(random), 0.7),
                amount=maybe(amount(), 0.9),
                currency=random.choice((None, *CURRENCIES)),
                owner=maybe(random.choice(OWNERS)),
                segment=maybe(random.choice(SEGMENTS)),
            )
            for n in _some(random, 24)
        ],
        "deal_stages": [
            _row(
                deal_id=f"d{random.randint(0, 24)}",
                stage=random.choice(("demo", "offer", "won")),
                entered_at=_moment(random),
            )
            for _ in _some(random, 10)
        ],
        "activities": [
            _row(
                lead_id=random.choice(with_unknown),
                happened_at=_moment(random),
                kind=maybe("call"),
                owner=maybe(random.choice(OWNERS)),
            )
            for _ in _some(random, 10)
        ],
        "costs": [
            _row(
                spent_on=_day(random),
                amount=abs(amount()),
                campaign_id=maybe(random.choice(CAMPAIGNS), 0.7),
                team=random.choice((None, "marketing", "sales")),
                currency=random.choice((None, *CURRENCIES)),
                segment=maybe(random.choice(SEGMENTS), 0.3),
            )
            for _ in _some(random, 14)
        ],
        "customers": [
            _row(
                customer_id=name,
                started_on=maybe(_day(random), 0.7),
                ended_on=maybe(_day(random), 0.4),
            )
            for name in ("k1", "k2", "k3", *leads[:3])
        ],
        "payments": [
            _row(
                customer_id=random.choice(("k1", "k2", "k3", "k4", *leads[:3])),
                paid_on=_day(random),
                amount=amount(),
                currency=random.choice((None, *CURRENCIES)),
            )
            for _ in _some(random, 12)
        ],
        "rates": [
            _row(currency="USD", rate=0.8, valid_from=maybe("2025-11-01")),
            _row(currency="USD", rate=0.9, valid_from="2026-02-01"),
            _row(currency="EUR", rate=1.25),
        ],
    }
    if random.random() < 0.25:
        del tables["payments"]
    tables["touches"] += [
        _row(
            lead_id=deal["lead_id"],
            campaign_id=random.choice(CAMPAIGNS),
            touched_at=f"{str(deal['closed_at'])[:10]}T{random.choice(('12', '17'))}:30:00",
        )
        for deal in tables["deals"]
        if "lead_id" in deal and "closed_at" in deal and random.random() < 0.5
    ]
    return tables


def mapped_by(tables: Rows) -> dict[str, frozenset[str]]:
    """Every column of every table that is there."""
    return {
        name: frozenset(column.name for column in columns_of(name, DIMENSIONS)) for name in tables
    }


def random_facts(
    tables: Rows,
    definitions: Definitions | None = None,
    model: AttributionModel = "linear",
    company: Company = BERLIN,
    as_of: date = AS_OF,
    mapped: Mapped | None = None,
) -> Facts:
    """Facts of such rows with their rollup; of every table that is there, all columns are mapped.

    Switches that shape no facts, only formulas, are turned afterwards: few facts are compiled.
    """
    definitions = definitions or Definitions()
    shaping = definitions.model_dump(exclude=set(_OF_FORMULAS))
    facts = facts_of(
        as_of=as_of.isoformat(),
        model=model,
        definitions=Definitions.model_validate(shaping),
        company=company,
        dimensions=DIMENSIONS,
        plans=True,
        **tables,
    )
    rollup, mapped = rolled_up(facts.every_model), mapped or mapped_by(tables)
    return replace(facts, rollup=rollup, mapped=mapped, definitions=definitions)


def random_definitions(random: Random, **more: Any) -> Definitions:
    """The switches of formulas, and when a customer is won, turned at random; more: the others."""
    turned = {"customer_when": random.choice(("booked", "paid"))}
    turned |= {name: random.choice(values) for name, values in _OF_FORMULAS.items()}
    return Definitions.model_validate(turned | more)


def random_period(random: Random) -> Period:
    first, last = sorted(date.fromisoformat(_day(random)) for _ in range(2))
    return Period(first, last)


def shuffled(random: Random, tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {name: _shuffled(random, rows) for name, rows in tables.items()}


def _shuffled(random: Random, rows: Sequence[Row]) -> list[Row]:
    order = list(rows)
    random.shuffle(order)
    return order


def _some(random: Random, most: int) -> range:
    """Mostly many, now and then none at all."""
    return range(random.choice((0, 1, *[random.randint(most // 2, most)] * 10)))


def _day(random: Random) -> str:
    return (_FIRST + timedelta(days=random.randint(0, (_LAST - _FIRST).days))).isoformat()


def _moment(random: Random) -> str:
    moment = f"{_day(random)} {random.choice(_HOURS)}"
    return datetime.fromisoformat(moment).isoformat()


def _row(**cells: str | float | None) -> Row:
    return {name: value for name, value in cells.items() if value is not None}
