"""Alerts: which lines are crossed as of a day, worked by hand, and what is said of them.

Before Monday 16 November 2026, 10 of November's 21 working days are done and 32 of the 66 of Q4;
the last whole week is 9–15 November. In it 10 leads came, 4 of ads and 6 of seo; 4 of ads and 1 of
seo became MQLs. 50 leads of ads came on the 2nd and became MQLs on the 3rd: 55 MQLs in November.
One deal of 3,000 was won on the 5th, one of 1,000 on the 12th, each 3 days after its lead. Ads cost
500 on the 3rd and 300 on the 9th.
"""

from dataclasses import replace
from math import isnan
from typing import Any

import pytest
from pydantic import ValidationError

from kpis.definitions import Company, Target
from kpis.document import Bullets
from kpis.errors import UsageError
from kpis.scorecard.selection import Facts
from kpis.signs.alerts import Reading, alert_sentence, alerts_document, readings
from kpis.signs.thresholds import AlertRule
from tests.small_data import campaign, cost, facts_of, lead, won

MONDAY = "2026-11-16"
LABELS = {"ads": "Spring <b>Webinar</b>"}


def company(as_of: str = MONDAY) -> Facts:
    leads = [lead(f"a{n}", "2026-11-02", "ads", mql_at="2026-11-03") for n in range(50)]
    leads += [lead(f"b{n}", "2026-11-09", "ads", mql_at="2026-11-10") for n in range(4)]
    leads += [lead("c", "2026-11-09", "seo", mql_at="2026-11-11")]
    leads += [lead(f"d{n}", "2026-11-09", "seo") for n in range(5)]
    deals = [won("1", "a0", "2026-11-05", 3000.0), won("2", "b0", "2026-11-12", 1000.0)]
    costs = [cost("2026-11-03", 500.0, "ads"), cost("2026-11-09", 300.0, "ads")]
    campaigns = [campaign("ads", "Search"), campaign("seo", "Search")]
    tables: dict[str, Any] = {"leads": leads, "deals": deals, "costs": costs}
    return replace(facts_of(as_of=as_of, campaigns=campaigns, **tables), usual_cycle_days=3.0)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return company()


def rule(kpi: str, period: str, **more: Any) -> AlertRule:
    return AlertRule.model_validate({"kpi": kpi, "period": period, **more})


def target(value: float, kpi: str = "mqls", period: str = "month", of: str | None = None) -> Target:
    return Target(kpi=kpi, period=period, value=value, campaign=of)


def read(facts: Facts, asked: AlertRule, *targets: Target) -> Reading:
    (found,) = readings(facts, [asked], targets)
    return found


EXACT = [
    (rule("mqls", "week", below=5.0), 5.0, False),
    (rule("mqls", "week", below=5.5), 5.0, True),
    (rule("mqls", "week", above=5.0), 5.0, False),
    (rule("mqls", "week", above=4.0), 5.0, True),
    (rule("mqls", "month", above=55.0), 55.0, False),
    (rule("mqls", "month", above=54.0), 55.0, True),
    (rule("mqls", "quarter", above=54.0), 55.0, True),
    (rule("mqls", "week", below=5.0, campaign="seo"), 1.0, True),
    (rule("mqls", "week", below=4.0, campaign="ads"), 4.0, False),
    (rule("leads", "week", above=9.0), 10.0, True),
    (rule("leads", "week", above=10.0), 10.0, False),
    (rule("revenue", "week", below=1000.0), 1000.0, False),
    (rule("revenue", "month", above=3999.0), 4000.0, True),
    (rule("sales_cycle_days", "week", above=2.5), 3.0, True),
    (rule("cac", "week", above=300.0), 300.0, False),
    (rule("cac", "week", above=299.99), 300.0, True),
    (rule("marketing_roi", "month", below=4.0), 4.0, False),
    (rule("marketing_roi", "month", below=4.5), 4.0, True),
    (rule("lead_conversion_rate", "week", above=0.05), 0.1, True),
]


@pytest.mark.parametrize(("asked", "value", "crossed"), EXACT)
def test_a_value_beyond_its_line_has_crossed_it_and_one_on_the_line_has_not(
    facts: Facts, asked: AlertRule, value: float, crossed: bool
) -> None:
    """CAC of the week is 300 ÷ 1 customer, ROI of the month (3,000 + 1,000 − 800) ÷ 800 = 4.

    Conversion of the week is 1 of 10 leads: these are still maturing, but it only rises.
    """
    found = read(facts, asked)
    assert found.value == pytest.approx(value)
    assert (found.is_crossed, found.reason) == (crossed, None)


PACE = [
    (rule("mqls", "month", pace_below=0.5), [target(231)], 110.0, 55.0, False),
    (rule("mqls", "month", pace_below=0.51), [target(231)], 110.0, 56.1, True),
    (rule("mqls", "quarter", pace_below=0.8), [target(330, period="quarter")], 160.0, 128.0, True),
    (rule("mqls", "quarter", pace_below=0.8), [target(66, period="quarter")], 32.0, 25.6, False),
    (
        rule("mqls", "month", pace_below=1.0),
        [target(210), target(115.5, period="2026-11")],
        55.0,
        55.0,
        False,
    ),
    (
        rule("mqls", "month", pace_below=0.8, campaign="ads"),
        [target(210), target(147, of="ads")],
        70.0,
        56.0,
        True,
    ),
    (rule("cac", "month", pace_below=0.8), [target(320, "cac")], 320.0, 400.0, False),
    (rule("cac", "month", pace_below=0.8), [target(319, "cac")], 319.0, 398.75, True),
    (rule("marketing_roi", "month", pace_below=0.8), [target(5, "marketing_roi")], 5.0, 4.0, False),
]


@pytest.mark.parametrize(("asked", "targets", "due", "line", "crossed"), PACE)
def test_pace_is_held_against_what_the_target_asks_for_by_now(
    facts: Facts,
    asked: AlertRule,
    targets: list[Target],
    due: float,
    line: float,
    crossed: bool,
) -> None:
    """55 MQLs; 231 × 10 ÷ 21 = 110 are due, and 55 is exactly half. Of 330 in Q4, 32 ÷ 66: 160.

    Where down is better the line lies above the goal: CAC is 800 ÷ 2 = 400, and 320 ÷ 0.8 = 400.
    With all of Monday 121 would be due, half of it 60.5, and crossed. A ratio is not prorated.
    """
    found = read(facts, asked, *targets)
    assert (found.due, found.line) == (pytest.approx(due), pytest.approx(line))
    assert (found.is_crossed, found.reason) == (crossed, None)


UNDEFINED = [
    (rule("cac", "week", above=1.0, campaign="seo"), [], "no customers were won"),
    (rule("sqls", "week", below=9.0), [], "no SQL date is mapped"),
    (rule("mqls", "month", pace_below=0.8), [], "it has no target for the period"),
    (
        rule("mqls", "month", pace_below=0.8, campaign="seo"),
        [target(210)],
        "it has no target for the period",
    ),
    (
        rule("mqls", "quarter", pace_below=0.8),
        [target(210)],
        "it has no target for the period",
    ),
    (
        rule("mqls", "month", pace_below=0.8),
        [target(0)],
        "there is no share of a target up to zero",
    ),
    (
        rule("marketing_roi", "month", pace_below=0.8),
        [target(-1, "marketing_roi")],
        "there is no share of a target up to zero",
    ),
    (
        rule("lead_conversion_rate", "week", below=0.5),
        [],
        "its leads are younger than the usual cycle",
    ),
]


@pytest.mark.parametrize(("asked", "targets", "reason"), UNDEFINED)
def test_what_is_undefined_has_neither_crossed_nor_come_back(
    facts: Facts, asked: AlertRule, targets: list[Target], reason: str
) -> None:
    found = read(facts, asked, *targets)
    assert found.is_crossed is None
    assert found.reason is not None and found.reason.startswith(reason)


@pytest.mark.parametrize(("day", "due"), [("2026-11-01", 0), ("2026-11-02", 0), ("2026-11-03", 10)])
def test_nothing_is_due_before_the_first_working_day_is_over(day: str, due: float) -> None:
    """1 November 2026 is a Sunday: no MQL of 0, on the morning of Monday still none of 0, on
    Tuesday none of 210 ÷ 21 = 10. With all of Monday it would have been crossed on its morning."""
    asked = rule("mqls", "month", pace_below=0.8, campaign="seo")
    found = read(company(day), asked, target(210, of="seo"))
    assert (found.value, found.due) == (0.0, pytest.approx(due))
    waits = (None, "nothing is due yet")
    assert (found.is_crossed, found.reason) == ((True, None) if due else waits)


def test_a_loss_is_behind_the_pace_of_a_return() -> None:
    """(0 − 100) ÷ 100 = −100 %, where 80 % of a goal of 50 % are 40 %: a share of it has no sense,
    but behind it is."""
    deals = [won("1", None, "2026-10-05", 10.0)]
    facts = facts_of(as_of=MONDAY, deals=deals, costs=[cost("2026-11-03", 100.0)])
    asked = rule("marketing_roi", "month", pace_below=0.8)
    found = read(facts, asked, target(0.5, "marketing_roi"))
    assert (found.value, found.line, found.is_crossed) == (-1.0, 0.4, True)


def test_credit_that_misses_the_line_by_rounding_is_on_it() -> None:
    """Three touches of one third each are one MQL; 0.1 + 0.2 is not 0.3 either."""
    touched = [{"lead_id": "a", "campaign_id": c, "touched_at": "2026-11-09"} for c in "xyz"]
    leads = [lead("a", "2026-11-09", mql_at="2026-11-10")]
    facts = facts_of(as_of=MONDAY, leads=leads, touches=touched)
    third = 1 / 3 + 1e-13
    assert read(facts, rule("mqls", "week", below=third, campaign="x")).is_crossed is False


def test_rules_are_read_in_their_order_and_none_is_no_question(facts: Facts) -> None:
    asked = [EXACT[7][0], EXACT[0][0], PACE[0][0]]
    assert [found.rule for found in readings(facts, asked, [target(210)])] == asked
    assert readings(facts, []) == []
    with pytest.raises(UsageError, match="no KPI 'mql'"):
        readings(facts, [rule("mql", "week", below=1.0)])


def test_the_key_of_a_rule_changes_with_anything_that_it_says() -> None:
    asked = [each[0] for each in EXACT] + [each[0] for each in PACE]
    assert len({each.key for each in asked}) == len(set(asked))
    assert EXACT[7][0].key == "mqls per week below 5.0 of campaign seo"
    assert rule("mqls", "week", below=5).key == "mqls per week below 5.0"
    long = [rule("mqls", "week", below=5, campaign=f"{'x' * 400}{n}").key for n in range(2)]
    assert long[0] != long[1] and all(len(key) <= 300 for key in long)


def test_a_rule_draws_exactly_one_line() -> None:
    for lines in ({}, {"below": 1.0, "above": 2.0}, {"below": 1.0, "pace_below": 0.8}):
        with pytest.raises(ValidationError, match="needs exactly one of"):
            rule("mqls", "month", **lines)
    with pytest.raises(ValidationError, match="needs a period with a target"):
        rule("mqls", "week", pace_below=0.8)


@pytest.mark.parametrize("kpi", ["mqls", "revenue"])
def test_a_sum_that_has_only_begun_has_no_lower_line(kpi: str) -> None:
    """On the first of a month any sum is below: a rule of pace, or of a week, is what was meant."""
    for period in ("month", "quarter"):
        with pytest.raises(ValidationError, match=f"every {period}.*Use 'pace_below'"):
            rule(kpi, period, below=50.0)
        assert rule(kpi, period, above=50.0) and rule("win_rate", period, below=0.5)
    assert rule(kpi, "week", below=50.0)


@pytest.mark.parametrize(
    ("asked", "targets", "message"),
    [
        (
            EXACT[7][0],
            [],
            "Marketing-qualified leads of seo, 9–15 Nov 2026: 1, below 5.",
        ),
        (
            rule("mqls", "week", above=3.0, campaign="ads"),
            [],
            "Marketing-qualified leads of Spring <b>Webinar</b>, 9–15 Nov 2026: 4, above 3.",
        ),
        (
            EXACT[1][0],
            [],
            "Marketing-qualified leads, 9–15 Nov 2026: 5, below 6.",
        ),
        (
            rule("mqls", "week", below=5.2),
            [],
            "Marketing-qualified leads, 9–15 Nov 2026: 5, just below 5.",
        ),
        (
            PACE[2][0],
            PACE[2][1],
            "Marketing-qualified leads, Q4 2026 so far: 55, below 128, which is 80% of the 160 due "
            "by the evening before.",
        ),
        (
            PACE[7][0],
            PACE[7][1],
            "Customer acquisition cost, November 2026 so far: €400, above €399, which reaches the "
            "goal of €319 to 80%.",
        ),
    ],
)
def test_an_alert_says_kpi_campaign_period_value_and_line(
    facts: Facts, asked: AlertRule, targets: list[Target], message: str
) -> None:
    assert alert_sentence(read(facts, asked, *targets), LABELS, Company()) == message


def test_a_period_runs_through_its_last_day_and_the_last_week_is_over() -> None:
    found = read(company("2026-11-30"), rule("mqls", "month", above=50.0))
    assert ", November 2026 so far: 55, above 50." in alert_sentence(found, {}, Company())
    week = read(company("2026-11-16"), rule("mqls", "week", above=1.0))
    assert "9–15 Nov 2026: " in alert_sentence(week, {}, Company())


def test_one_message_tells_all_that_crossed_and_links_to_the_dashboard(facts: Facts) -> None:
    crossed = readings(facts, [EXACT[1][0], EXACT[9][0]])
    document = alerts_document(crossed, {}, Company(name="Example"), "https://a.example")
    assert (document.title, document.subtitle) == ("2 alerts", "Example, as of 16 Nov 2026")
    (bullets,) = document.blocks
    assert isinstance(bullets, Bullets) and len(bullets.items) == 2
    assert document.link == "https://a.example"
    alone = alerts_document(crossed[:1], {}, Company())
    assert (alone.title, alone.link) == ("Alert: MQLs crossed its line", None)


def test_a_rule_without_a_target_has_no_line(facts: Facts) -> None:
    found = read(facts, rule("mqls", "month", pace_below=0.8))
    assert isnan(found.line) and isnan(found.due) and found.value == 55.0
