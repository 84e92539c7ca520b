"""Claims about what became of an action's KPI: then and now, of its campaign, at equal age."""

from datetime import date
from math import isnan

import pytest

import kpis.meeting.action_effect
from kpis.catalogue import CATALOGUE
from kpis.definitions import Definitions
from kpis.errors import UsageError
from kpis.meeting.action_effect import Acted, Effect, action_effects
from kpis.scorecard.scorecard import scorecard, scorecard_rows
from kpis.scorecard.selection import Facts, Window
from tests.small_data import Row, cost, customer, days, facts_of, lead, payment, won

MADE, TODAY = date(2026, 11, 13), "2026-11-20"  # Fridays; last whole weeks from the 2nd, the 9th


def effect(facts: Facts, kpi: str, campaign: str | None = None, made_on: date = MADE) -> Effect:
    (found,) = action_effects(facts, [Acted(kpi, made_on, campaign)])
    return found


def mqls(day: str, count: int, campaign: str = "ads") -> list[Row]:
    return [lead(f"{campaign} {day} {n}", day, campaign, mql_at=day) for n in range(count)]


def test_without_actions_nothing_is_asked() -> None:
    assert action_effects(facts_of(as_of=TODAY), []) == []
    with pytest.raises(UsageError, match="Did you mean 'mqls'"):
        effect(facts_of(as_of=TODAY), "mql")


def test_what_is_not_mapped_is_undefined_and_says_why() -> None:
    found = effect(facts_of(as_of=TODAY), "mqls")
    assert isnan(found.value_then) and isnan(found.value_now) and found.change is None
    assert found.reason == "no MQL date is mapped (leads.mql_at or lead_stages)"
    assert found.sentence.startswith("MQLs: — in 2–8 Nov (no MQL date is mapped")


def test_the_last_whole_weeks_of_then_and_now_are_compared() -> None:
    """20 of ads in the week of the 2nd, 26 in that of the 9th: +30 %. With those of fair it would
    be 120 and 126, with the days that run since Monday 26 and 40."""
    rows = mqls("2026-11-04", 20) + mqls("2026-11-10", 26) + mqls("2026-11-17", 14)
    rows += mqls("2026-11-04", 100, "fair") + mqls("2026-11-10", 100, "fair")
    found = effect(facts_of(as_of=TODAY, leads=rows), "mqls", "ads")
    assert (found.then, found.now) == (
        days("2026-11-02", "2026-11-08"),
        days("2026-11-09", "2026-11-15"),
    )
    assert (found.value_then, found.value_now, found.reason) == (20.0, 26.0, None)
    assert found.change is not None and (found.change.text, found.change.better) == ("+30%", True)
    assert found.sentence == "MQLs: 20 in 2–8 Nov, 26 in 9–15 Nov (+30%)."
    everyone = effect(facts_of(as_of=TODAY, leads=rows), "mqls")
    assert (everyone.value_then, everyone.value_now) == (120.0, 126.0)


@pytest.mark.parametrize("made_on", ["2026-11-16", "2026-11-20", "2026-12-01"])
def test_before_another_week_is_whole_it_says_so(made_on: str) -> None:
    """Made on Monday the 16th, the last whole week is that of the 9th then and on the 20th."""
    facts = facts_of(as_of=TODAY, leads=mqls("2026-11-10", 3))
    found = effect(facts, "mqls", made_on=date.fromisoformat(made_on))
    assert found.reason == "no whole week has passed since"
    assert found.change is None and isnan(found.value_now) and found.value_then == 3.0
    assert found.sentence == "MQLs: 3 in 9–15 Nov; no whole week has passed since."


def test_from_nothing_there_is_no_per_cent_but_both_values() -> None:
    found = effect(facts_of(as_of=TODAY, leads=mqls("2026-11-10", 3)), "mqls", "ads")
    assert found.change is None and found.reason is None
    assert found.sentence == "MQLs: 0 in 2–8 Nov, 3 in 9–15 Nov."
    unheard_of = effect(facts_of(as_of=TODAY, leads=mqls("2026-11-10", 3)), "mqls", "ghost")
    assert unheard_of.sentence == "MQLs: 0 in 2–8 Nov, 0 in 9–15 Nov."


def test_cohorts_are_seen_at_equal_age() -> None:
    """On the 20th the leads of the 9th have had 11 days. Of the four of the 2nd one was won on the
    13th, their 11th day, and two on the 17th: 25 %. By today it would be 75 %, and 50 % a fall."""
    rows = [lead(f"{day} {n}", f"2026-11-{day:02}") for day in (2, 9) for n in range(4)]
    wins = [("2 0", "13"), ("2 1", "17"), ("2 2", "17"), ("9 0", "20"), ("9 1", "15")]
    deals = [won(name, name, f"2026-11-{day}") for name, day in wins]
    found = effect(facts_of(as_of=TODAY, leads=rows, deals=deals), "lead_conversion_rate")
    assert found.sentence == "Conversion: 25.0% in 2–8 Nov, 50.0% in 9–15 Nov (+25.0 pts)."


def test_a_ratio_that_is_undefined_in_one_week_says_why() -> None:
    """Costs of 100 a week, a customer in the week of the 9th only."""
    costs = [cost(day, 100.0) for day in ("2026-11-03", "2026-11-10")]
    facts = facts_of(as_of=TODAY, costs=costs, deals=[won("1", None, "2026-11-10")])
    found = effect(facts, "cac")
    assert found.sentence == "CAC: — in 2–8 Nov (no customers were won), €100 in 9–15 Nov."
    assert (found.reason, found.change) == ("no customers were won", None)


def test_lifetime_value_looks_back_over_a_year_to_each_weeks_end() -> None:
    """Two customers since 1 January, one of whom left on 3 January; k2 paid 100 on 5 November and
    60 on the 12th. Churn 1: what was paid in the 365 days ÷ 1, that is 100, then 160."""
    facts = facts_of(
        as_of=TODAY,
        customers=[customer("k1", "2026-01-01", "2026-01-03"), customer("k2", "2026-01-01")],
        payments=[payment("k2", "2026-11-05", 100.0), payment("k2", "2026-11-12", 60.0)],
    )
    found = effect(facts, "clv")
    assert (
        found.sentence == "CLV: €100 over the year to 8 Nov, €160 over the year to 15 Nov (+60%)."
    )
    predictive = facts_of(as_of=TODAY, definitions=Definitions(clv_basis="predictive"))
    assert "no payments are mapped" in effect(predictive, "clv").sentence


def test_many_actions_are_a_question_per_campaign_and_each_is_answered_as_if_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three KPIs' worth of actions or thirty ask no more; each campaign of its own weeks only."""
    rows = mqls("2026-11-04", 2) + mqls("2026-11-10", 4) + mqls("2026-11-10", 3, "fair")
    rows += mqls("2026-11-04", 3, "fair")
    facts = facts_of(
        as_of=TODAY,
        leads=[{**row, "sql_at": row["mql_at"]} for row in rows],
        deals=[won("1", "ads 2026-11-10 0", "2026-11-10", 900.0)],
        costs=[cost("2026-11-10", 70.0), cost("2026-11-10", 100.0, "ads")],
    )
    actions = [
        Acted(kpi, made_on, campaign)
        for kpi in CATALOGUE
        for made_on in (MADE, date(2026, 11, 6))
        for campaign in (None, "ads", "fair")
    ]
    alone = [action_effects(facts, [action])[0] for action in actions]
    asked: list[object] = []

    def counted(*question: object) -> object:
        asked.append(question[2:])
        return scorecard_rows(*question)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(kpis.meeting.action_effect, "scorecard_rows", counted)
    together = action_effects(facts, actions)
    assert [found.sentence for found in together] == [found.sentence for found in alone]
    assert asked == [(None, {}), (None, {"campaign": ["ads"]}), (None, {"campaign": ["fair"]})]


def test_a_campaigns_effect_is_what_its_filter_says() -> None:
    """Of the shared 70, ads bears its 4 of 7 SQLs: (100 + 40) ÷ 1."""
    rows = [{**row, "sql_at": "2026-11-10"} for row in mqls("2026-11-10", 4)]
    rows += [{**row, "sql_at": "2026-11-10"} for row in mqls("2026-11-10", 3, "fair")]
    facts = facts_of(
        as_of=TODAY,
        leads=rows,
        deals=[won("1", "ads 2026-11-10 0", "2026-11-10", 900.0)],
        costs=[cost("2026-11-10", 70.0), cost("2026-11-10", 100.0, "ads")],
    )
    found = effect(facts, "cac", "ads")
    window = Window(days("2026-11-09", "2026-11-15"), facts.as_of)
    (row,) = scorecard(facts, [window], None, {"campaign": ["ads"]}).to_dict("records")
    assert found.value_now == pytest.approx(140.0) == row["cac"]
