"""Which KPIs a change of definition begins anew, and which charts go on through it."""

from datetime import date, timedelta
from typing import Any

import pytest

from kpis.catalogue import CATALOGUE, LOOK_BACK_A_YEAR
from kpis.definitions import Company, Definitions
from kpis.scorecard.selection import Facts
from kpis.weeks.frame import weekly_frame
from kpis.weeks.usual_range import CHANGED_BY, judged_weeks, new_meanings
from tests.small_data import (
    Row,
    card,
    cost,
    customer,
    days,
    facts_of,
    lead,
    payment,
    stage,
    touch,
    won,
)

OTHERWISE: dict[str, Any] = {
    "customer_when": "paid",
    "milestones_from": "stages",
    "conversion": "period",
    "cycle_from": "first_touch",
    "cycle_over": "deals",
    "attribution": "first_touch",
    "time_decay_half_life_days": 1.0,
    "gross_margin": 0.5,
    "clv_max_months": 3,
    "clv_basis": "predictive",
    "follow_up_working_days": 5,
    "bad_fit_reasons": ("No budget",),
}
"""Each switch set otherwise than by default."""


def company(definitions: Definitions) -> Facts:
    """Two leads of Monday 2 November, touched by two campaigns, one of them won, paid in December.

    MQL and SQL dates differ between columns and stages; the answer took two days.
    """
    dates = {"mql_at": "2026-11-02", "sql_at": "2026-11-04", "first_contacted_at": "2026-11-04"}
    leads = [lead(name, "2026-11-02", "ads", **dates) for name in "ab"]
    return facts_of(
        as_of="2026-11-29",
        definitions=definitions,
        model=definitions.attribution,
        leads=[*leads, lead("old", "2026-10-01", "ads")],
        touches=[
            touch("a", "ads", "2026-10-29"),
            touch("a", "mail", "2026-11-01"),
            touch("b", "mail", "2026-10-30"),
        ],
        lead_stages=[stage("a", "MQL", "2026-11-11"), stage("a", "SQL", "2026-11-12")],
        deals=[
            won("1", "a", "2026-11-06", 900.0, paid_at="2026-12-01"),
            won("2", "old", "2026-11-05", 100.0, paid_at="2026-12-02"),
            won("3", "a", "2026-11-07", 0.0, paid_at="2026-12-03"),
        ],
        costs=[cost("2026-11-02", 100.0, "ads"), cost("2026-11-02", 50.0)],
        customers=[customer("x", "2026-01-01", "2026-11-07"), customer("y", "2026-01-01")],
        payments=[payment("x", "2026-11-03", 100.0), payment("y", "2026-11-03", 300.0)],
    )


def changed_kpis(switch: str) -> set[str]:
    """The KPIs of the first week of November that differ, for all or for campaign ads."""
    week, where = days("2026-11-02", "2026-11-08"), {"campaign": ["ads"]}
    usual = Definitions(attribution="time_decay" if "half_life" in switch else "linear")
    before, after = (
        [card(company(d), week, selected) for selected in ({}, where)]
        for d in (usual, usual.model_copy(update={switch: OTHERWISE[switch]}))
    )
    return {
        key
        for was, now in zip(before, after, strict=True)
        for key in CATALOGUE
        if not (was[key] == now[key] or (was[key] != was[key] and now[key] != now[key]))
    }


def test_every_switch_says_which_kpis_it_changes() -> None:
    assert set(CHANGED_BY) == set(OTHERWISE) == set(Definitions.model_fields)
    assert {key for keys in CHANGED_BY.values() for key in keys} == set(CATALOGUE)


@pytest.mark.parametrize("switch", list(OTHERWISE))
def test_a_switch_changes_the_kpis_that_the_table_names(switch: str) -> None:
    """Attribution changes those with credit in them, which here are fewer than all; what looks back
    over a year has no chart, and is not changed here by all that may change it."""
    found, named = changed_kpis(switch), set(CHANGED_BY[switch])
    assert found <= named and bool(found) == bool(named)
    if "attribution" not in switch and "half_life" not in switch:
        assert named - found <= set(LOOK_BACK_A_YEAR)


def test_days_of_new_meaning_are_listed_per_kpi() -> None:
    first, second = date(2026, 11, 2), date(2026, 11, 9)
    changes = [(first, ["gross_margin", "clv_basis"]), (second, ["bad_fit_reasons", "clv_basis"])]
    assert new_meanings([]) == new_meanings([(first, ["bad_fit_reasons"])]) == {}
    assert new_meanings(changes) == {
        "clv": [first, second],
        "clv_to_cac": [first, second],
        "marketing_roi": [first],
        "cac_payback_months": [first],
    }


def test_other_reasons_of_a_bad_fit_leave_every_chart_as_it_is() -> None:
    """13 weeks; another margin begins the return anew, and nothing else."""
    mondays = [date(2026, 11, 16) - timedelta(weeks=n) for n in range(14)]
    rows: list[Row] = [lead(str(day), str(day)) for day in mondays]
    facts = facts_of(
        as_of="2026-11-23",
        leads=rows,
        deals=[won(str(day), str(day), str(day), 10.0) for day in mondays],
        costs=[cost(str(day), 5.0) for day in mondays],
    )

    def message(switch: str) -> dict[str, str]:
        changes = new_meanings([(date(2026, 11, 12), [switch])])
        frames = weekly_frame(facts, ["leads", "marketing_roi"], changed_on=changes)
        return {key: frame.usual_range for key, frame in frames.items()}

    untouched = message("bad_fit_reasons")
    assert untouched["leads"] == "within its usual range (1–1)"
    assert untouched["marketing_roi"].startswith("within its usual range")
    assert message("gross_margin") == {
        "leads": untouched["leads"],
        "marketing_roi": "too early to say (1 of 12 earlier weeks)",
    }


def test_a_week_that_begins_in_the_quarter_before_is_none_to_judge_by() -> None:
    """As of 2 March 2026 the quarter to begin with is the second of 2025: the week of Monday
    31 March 2025 has a day of the first one, so the week of 7 April is the first."""
    weeks = judged_weeks(date(2026, 3, 2), Company())
    assert (weeks[0].start, len(weeks)) == (date(2025, 4, 7), 47)
