"""The report and an independent computation in plain Python agree on 200 random companies.

And the comparison can fail: its answers hang on every switch and rule, so that a report which
ignored one of them would not agree.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Any, get_args

import pytest

from kpis.catalogue import SEVEN_KEYS
from kpis.definitions import Definitions
from kpis.model import FIGURE_TABLES
from kpis.scorecard.report import MEASURES, report
from tests.kpis.random_data import random_facts
from tests.kpis.reference.cases import MODELS, SEEDS, SETTINGS, Case, case
from tests.kpis.reference.company import ReferenceCompany, instant
from tests.kpis.reference.report import Numbers, expected_rows

ADDITIVE = ("mqls", "sqls", *(name for name in MEASURES if name != "median_cycle_days"))


def expected(asked: Case) -> dict[str, Numbers]:
    company = ReferenceCompany(
        asked.tables,
        asked.mapped,
        asked.definitions.model_dump(),
        asked.model,
        asked.as_of,
        asked.company.time_zone,
        asked.company.currency,
    )
    period, starts = asked.period, asked.company.week_starts
    return expected_rows(company, period.start, period.end, asked.by, asked.where, starts)


def three_differ(answers: dict[int, dict[str, Numbers]], turned: Callable[[Case], Case]) -> bool:
    """Whether three companies have other answers now; no more are looked for."""
    others = (seed for seed in SEEDS if expected(turned(case(seed))) != answers[seed])
    return len(list(islice(others, 3))) == 3


def known(numbers: Numbers) -> dict[str, float]:
    return {name: value for name, value in numbers.items() if value is not None}


@pytest.fixture(scope="module")
def answers() -> dict[int, dict[str, Numbers]]:
    """The expected rows of each seed."""
    return {seed: expected(case(seed)) for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_report_agrees_with_plain_loops_over_the_rows(
    seed: int, answers: dict[int, dict[str, Numbers]]
) -> None:
    """Every KPI and measure of every group to 1e-9, null where undefined and then with a reason; a
    group that is not reported had nothing to report."""
    asked, rows = case(seed), dict(answers[seed])
    facts = random_facts(
        asked.tables, asked.definitions, asked.model, asked.company, asked.as_of, asked.mapped
    )
    found = report(facts, asked.period, asked.model, asked.by, asked.where)
    for row in found["rows"]:
        (group,) = row["group"].values() if asked.by else [""]
        shown = {**row["kpis"], **row["measures"]}
        wanted = rows.pop(group)
        assert known(shown) == pytest.approx(known(wanted), rel=1e-9, abs=1e-9), (asked.by, group)
        assert set(shown) == set(wanted)
        assert set(row["reasons"]) == set(row["kpis"]) - set(known(row["kpis"]))
        assert all(row["reasons"].values())
    for group, numbers in rows.items():
        assert asked.by not in (None, "week", "month"), group
        assert not any(numbers[name] for name in ADDITIVE), group


def test_what_is_compared_covers_the_seven_kpis_and_the_seven_measures(
    answers: dict[int, dict[str, Numbers]],
) -> None:
    """Each is defined for a group of at least a third of the companies, and of five undefined."""
    defined, undefined = Counter[str](), Counter[str]()
    for rows in answers.values():
        for name in (*SEVEN_KEYS, *MEASURES):
            defined[name] += any(numbers[name] is not None for numbers in rows.values())
            undefined[name] += any(numbers[name] is None for numbers in rows.values())
    for name in (*SEVEN_KEYS, *MEASURES):
        assert defined[name] >= len(SEEDS) / 3, name
        assert undefined[name] >= 5, name


def test_every_table_is_there_and_absent_and_every_two_switches_meet() -> None:
    """The five switches that shape facts, in every pair of their values."""
    absent = Counter(name for seed in SEEDS for name in set(FIGURE_TABLES) - set(case(seed).tables))
    filled = Counter(name for seed in SEEDS for name, rows in case(seed).tables.items() if rows)
    for name in FIGURE_TABLES:
        assert absent[name] >= 3 and filled[name] >= len(SEEDS) / 2, name
    values: dict[str, tuple[Any, ...]] = {"attribution": MODELS}
    for name in ("customer_when", "milestones_from", "cycle_from", "cycle_over"):
        values[name] = get_args(Definitions.model_fields[name].annotation)
    for one, other in combinations(values, 2):
        met = {(setting[one], setting[other]) for setting in SETTINGS}
        assert met == set(product(values[one], values[other])), (one, other)


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        *(("attribution", model) for model in MODELS),
        ("customer_when", "booked"),
        ("customer_when", "paid"),
        ("milestones_from", "columns"),
        ("milestones_from", "stages"),
        ("milestones_from", "either"),
        ("conversion", "cohort"),
        ("conversion", "period"),
        ("cycle_from", "lead_created"),
        ("cycle_from", "first_touch"),
        ("cycle_from", "deal_created"),
        ("cycle_over", "customers"),
        ("cycle_over", "deals"),
        ("time_decay_half_life_days", 7.0),
        ("time_decay_half_life_days", 2.5),
        ("gross_margin", 1.0),
        ("gross_margin", 0.4),
        ("clv_max_months", 6),
        ("clv_max_months", 60),
        ("clv_basis", "observed"),
        ("clv_basis", "predictive"),
    ],
)
def test_the_answers_hang_on_every_value_of_every_switch(
    switch: str, value: Any, answers: dict[int, dict[str, Numbers]]
) -> None:
    """Were the report blind to one, it would not agree on the companies that are changed here."""

    def turned(asked: Case) -> Case:
        definitions = asked.definitions.model_copy(update={switch: value})
        model = value if switch == "attribution" else asked.model
        return replace(asked, definitions=definitions, model=model)

    assert three_differ(answers, turned)


def test_every_switch_is_turned() -> None:
    """The ones above and two that the report does not hang on; a new switch is missed here."""
    for name in Definitions.model_fields:
        assert len({getattr(case(seed).definitions, name) for seed in SEEDS}) > 1, name


def in_utc(company: ReferenceCompany, text: str) -> date:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).date()


def through_the_day(company: ReferenceCompany, name: str) -> list[tuple[datetime, str]]:
    last = company.won_by_lead.get(name, company.as_of)
    return sorted(
        (instant(touch["touched_at"]), touch["campaign_id"])
        for touch in company.rows("touches")
        if touch["lead_id"] == name and company.day(touch["touched_at"]) <= last
    )


WRONG_RULES = {
    "days are told in UTC": ("reference.company.ReferenceCompany.day", in_utc),
    "touches count through the day of the sale, whatever its time": (
        "reference.company.ReferenceCompany._counted_touches",
        through_the_day,
    ),
    "deals are in the order of their ids": (
        "reference.company.ReferenceCompany._order",
        lambda company, deal: deal["deal_id"],
    ),
    "a customer is whom its lead names, even where two counters meet": (
        "reference.company.ReferenceCompany.customer_of",
        lambda company, deal: deal.get("customer_id", deal.get("lead_id", deal["deal_id"])),
    ),
    "amounts are summed unconverted": (
        "reference.company.ReferenceCompany.priced",
        lambda company, row, day: Fraction(row.get("amount", 0)),
    ),
    "what is dated after as_of is known already": (
        "reference.company.ReferenceCompany._is_known",
        lambda company, moment: True,
    ),
    "shared costs go to nobody": ("reference.costs._share_of_sqls", lambda *asked: Fraction(0)),
    "a cost is of its own segment only": (
        "reference.costs._is_of",
        lambda company, cost, selection: (
            cost.get("segment", "(none)") in selection.get("segment", ["(none)", "S", "M"])
        ),
    ),
    "the day on which a customer left still counts": (
        "reference.lifetime._days_active",
        lambda first, last, ended: max(0, (min(last, ended or last) - first).days + 1),
    ),
    "what is not mapped is 0": ("reference.report.knows", lambda company, name: True),
    "costs carry every dimension": ("reference.report.knows_costs", lambda company, asked: True),
}


@pytest.mark.parametrize("wrong", WRONG_RULES)
def test_a_wrong_rule_would_be_seen(
    wrong: str, answers: dict[int, dict[str, Numbers]], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, rule = WRONG_RULES[wrong]
    monkeypatch.setattr(f"tests.kpis.{place}", rule)
    assert three_differ(answers, lambda asked: asked)
