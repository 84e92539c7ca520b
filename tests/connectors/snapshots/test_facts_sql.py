"""Claims about the queries of facts: what changes no fact has no query written anew."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from connectors.snapshots.facts_sql import FactsAsked, facts_sql, make_facts, sql_of
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel, Company, Definitions


def query(**company: Any) -> str:
    return written(FactsAsked.of((), Definitions(), Company(**company)), "linear")


def written(asked: FactsAsked, model: AttributionModel) -> str:
    """All SQL of the facts under a model."""
    last, kept = facts_sql(asked, (model,))
    return "; ".join([*kept.tables.values(), last])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Example GmbH"),
        ("fiscal_year_starts", 4),
        ("fiscal_year_named", "start"),
        ("week_starts", "sunday"),
        ("currency", "USD"),
        ("time_zone", "Asia/Tokyo"),
    ],
)
def test_companies_that_differ_in_it_share_one_query(field: str, value: object) -> None:
    """What only periods read is in no fact; currency and zone are variables of the engine."""
    assert query(**{field: value}) == query()


def test_another_half_life_is_another_query() -> None:
    slow = FactsAsked.of((), Definitions(time_decay_half_life_days=30.0), Company())
    usual = FactsAsked.of((), Definitions(), Company())
    assert written(slow, "time_decay") != written(usual, "time_decay")


def test_neither_day_nor_zone_nor_currency_is_written_into_a_query() -> None:
    for text in ("1970", "GMT-14", "XTS"):
        assert text not in query()


def test_people_who_ask_at_once_under_other_models_get_each_their_own_query() -> None:
    """Queries are written in parts of one name under every model."""
    asked = FactsAsked.of((), Definitions(), Company())

    def of_model(model: AttributionModel) -> str:
        return written(asked, model)

    models = list(ATTRIBUTION_MODELS)
    one_by_one = [*map(of_model, models)]
    for _ in range(3):
        facts_sql.cache_clear()
        sql_of.cache_clear()
        with ThreadPoolExecutor(len(models)) as people:
            assert list(people.map(of_model, models)) == one_by_one


class Recorded:
    """An engine that runs nothing and keeps what it was asked to run."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def execute(self, statement: Any) -> None:
        self.ran.append(getattr(statement, "query", statement))


def test_a_table_of_facts_is_dropped_as_soon_as_no_later_query_reads_it() -> None:
    """Touches take most of the memory, and credit is the last that reads them."""
    engine = Recorded()
    last = make_facts(cast(Any, engine), FactsAsked.of((), Definitions(), Company()), ("linear",))
    assert "DROP" not in last
    latest, dropped = "", dict[str, str]()
    for at, text in enumerate(engine.ran):
        if not text.startswith("DROP"):
            latest = text
            continue
        name = text.removeprefix("DROP TABLE ")
        dropped[name] = latest
        assert not [later for later in [*engine.ran[at + 1 :], last] if name in later]
    assert dropped['"kept_counted_touches"'].startswith('CREATE TEMP TABLE "kept_credit"')
    assert dropped['"kept_credit"'].startswith('CREATE TEMP TABLE "kept_other_facts"')
