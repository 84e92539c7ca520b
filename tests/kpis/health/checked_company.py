"""What several tests of data health ask of small companies, and rows that only they need."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from connectors.snapshots.found import Found, found_in
from kpis.definitions import Company, Definitions
from kpis.health.health import Health
from kpis.health.source_facts import SourceFacts
from tests.small_data import LAST_DAY, Row, canonical, mapped_by, small_engine, won


def health_of(**company: Any) -> Health:
    """What the checks find in a company, as :func:`found_of` takes it."""
    return found_of(**company)[0]


def source_facts_of(**company: Any) -> SourceFacts:
    """What its tables hold."""
    return found_of(**company)[1]


def found_of(
    *,
    definitions: Definitions | None = None,
    company: Company | None = None,
    dimensions: tuple[str, ...] = (),
    as_of: str = LAST_DAY,
    **rows: Sequence[Row],
) -> Found:
    with small_engine() as empty:
        return found_in(
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
