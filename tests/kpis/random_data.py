"""Random companies: small, dense and dirty, with everything that the contract has a rule for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from kpis.calendar import Period
from kpis.definitions import AttributionModel, Company, Definitions
from kpis.model import TABLES
from kpis.sums import Facts
from tests.small_data import Row, Rows, facts_of

BERLIN = Company(time_zone="Europe/Berlin")
AS_OF = date(2026, 5, 15)
CAMPAIGNS = ("ads", "seo", "fair", "ghost")
"""``ghost`` is not in the table of campaigns, ``fair`` has no channel."""

_FIRST = date(2025, 10, 1)
_LAST = date(2026, 6, 15)
_HOURS = ("00:00", "09:15", "21:59", "22:30", "23:30")
"""22:30 and 23:30 UTC are the next day in Berlin, the former in summer only."""


def random_tables(random: Random) -> dict[str, list[Row]]:
    """Rows for every canonical table that facts are made of; now and then without payments."""
    leads = [f"l{n}" for n in range(random.randint(0, 14))]
    customers = [None, None, "k1", "k2", *leads[:2]]
    with_unknown = [*leads, "nobody"]

    def maybe(value: str | float, chance: float = 0.5) -> str | float | None:
        return value if random.random() < chance else None

    def some(rows: int) -> range:
        return range(random.randint(0, rows))

    def amount() -> float:
        return random.choice((0.0, 10.0, 99.99, 250.5, 1200.0, -40.0))

    tables = {
        "campaigns": [
            _row(campaign_id="ads", channel="search"),
            _row(campaign_id="seo", channel="search"),
            _row(campaign_id="fair"),
        ],
        "leads": [
            _row(
                lead_id=name,
                created_at=_moment(random),
                campaign_id=maybe(random.choice(CAMPAIGNS)),
                mql_at=maybe(_moment(random)),
                sql_at=maybe(_moment(random)),
                segment=maybe(random.choice(("S", "M"))),
            )
            for name in leads
        ],
        "touches": [
            _row(
                lead_id=random.choice(with_unknown),
                campaign_id=random.choice(CAMPAIGNS),
                touched_at=_moment(random),
            )
            for _ in some(25)
        ],
        "lead_stages": [
            _row(
                lead_id=random.choice(with_unknown),
                stage=random.choice(("mql", "SQL", "subscriber")),
                entered_at=_moment(random),
            )
            for _ in some(15)
        ],
        "deals": [
            _row(
                deal_id=f"d{n}",
                status=random.choice(("won", "won", "won", "lost", "open")),
                lead_id=maybe(random.choice(with_unknown), 0.8),
                customer_id=random.choice(customers),
                created_at=maybe(_moment(random)),
                closed_at=maybe(_moment(random), 0.9),
                paid_at=maybe(_moment(random), 0.7),
                amount=maybe(amount(), 0.9),
                currency=random.choice((None, "EUR", "USD", "USD", "XAU")),
            )
            for n in some(16)
        ],
        "costs": [
            _row(
                spent_on=_day(random),
                amount=abs(amount()),
                campaign_id=maybe(random.choice(CAMPAIGNS), 0.7),
                team=random.choice((None, "marketing", "sales")),
                currency=random.choice((None, "EUR", "USD", "XAU")),
            )
            for _ in some(14)
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
                currency=random.choice((None, "USD", "XAU")),
            )
            for _ in some(12)
        ],
        "rates": [
            _row(currency="USD", rate=0.8, valid_from=maybe("2025-11-01")),
            _row(currency="USD", rate=0.9, valid_from="2026-02-01"),
        ],
    }
    if random.random() < 0.25:
        del tables["payments"]
    return tables


def random_facts(
    tables: Rows, definitions: Definitions | None = None, model: AttributionModel = "linear"
) -> Facts:
    """Facts of such rows; of every table that is there, all columns are mapped.

    Only one of the switches shapes facts, the others the formulas: so few facts are compiled.
    """
    definitions = definitions or Definitions()
    facts = facts_of(
        as_of=AS_OF.isoformat(),
        model=model,
        definitions=Definitions(customer_when=definitions.customer_when),
        company=BERLIN,
        dimensions=("segment",),
        **tables,
    )
    mapped = {name: frozenset(TABLES[name].column_names) for name in tables}
    return replace(facts, mapped=mapped, definitions=definitions)


def random_definitions(random: Random) -> Definitions:
    return Definitions.model_validate(
        {
            "customer_when": random.choice(("booked", "paid")),
            "conversion": random.choice(("cohort", "period")),
            "gross_margin": random.choice((1.0, 0.4)),
            "clv_max_months": random.choice((6, 60)),
        }
    )


def random_period(random: Random) -> Period:
    first, last = sorted(date.fromisoformat(_day(random)) for _ in range(2))
    return Period(first, last)


def shuffled(random: Random, tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {name: _shuffled(random, rows) for name, rows in tables.items()}


def _shuffled(random: Random, rows: Sequence[Row]) -> list[Row]:
    order = list(rows)
    random.shuffle(order)
    return order


def _day(random: Random) -> str:
    return (_FIRST + timedelta(days=random.randint(0, (_LAST - _FIRST).days))).isoformat()


def _moment(random: Random) -> str:
    moment = f"{_day(random)} {random.choice(_HOURS)}"
    return datetime.fromisoformat(moment).isoformat()


def _row(**cells: str | float | None) -> Row:
    return {name: value for name, value in cells.items() if value is not None}
