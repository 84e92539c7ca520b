"""What several tests of data health ask of small companies, and rows that only they need."""

from collections.abc import Sequence
from datetime import date

from connectors.snapshots import engine
from kpis.definitions import Company, Definitions
from kpis.health.health import Health
from tests.small_data import LAST_DAY, Row, canonical, mapped_by, small_engine, won


def health_of(
    *,
    definitions: Definitions | None = None,
    company: Company | None = None,
    dimensions: tuple[str, ...] = (),
    as_of: str = LAST_DAY,
    **rows: Sequence[Row],
) -> Health:
    with small_engine() as empty:
        return engine.health_of(
            empty,
            canonical(rows, dimensions),
            mapped_by(rows),
            dimensions,
            definitions or Definitions(),
            company or Company(),
            date.fromisoformat(as_of),
        )


def counted(health: Health) -> dict[str, tuple[int, int]]:
    """Check → rows affected and rows looked at."""
    return {finding.check: (finding.rows, finding.of) for finding in health.findings}


def examples(health: Health) -> dict[str, tuple[str, ...]]:
    return {finding.check: finding.examples for finding in health.findings}


def entry(deal_id: str) -> Row:
    return {"deal_id": deal_id, "stage": "Proposal", "entered_at": "2026-02-01"}


def activity(lead_id: str, happened_at: str) -> Row:
    return {"lead_id": lead_id, "happened_at": happened_at}


def sold(*customers: str | None) -> list[dict[str, object]]:
    return [
        {**won(str(i), None, "2026-02-01", 5.0 + i), "customer_id": one}
        for i, one in enumerate(customers)
    ]
