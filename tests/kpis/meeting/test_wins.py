"""Claims about what went well: the week's deals and records, goals kept, the largest deals."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import pytest

from kpis.calendar import last_whole
from kpis.definitions import Definitions, Target
from kpis.errors import UsageError
from kpis.goals.standings import running_standings
from kpis.meeting.wins import Win, wins
from kpis.meeting.won_deals import WonDeal, credited_deals, largest_deals
from kpis.model import Where
from kpis.scorecard.selection import Facts
from kpis.signs.sign import Sign, weight
from kpis.signs.thresholds import Thresholds
from tests.small_data import (
    Row,
    campaign,
    canonical,
    cost,
    days,
    deal,
    facts_of,
    lead,
    rate,
    touch,
    won,
)

AS_OF = "2026-11-20"  # a Friday; the last whole week is that of the 9th
LAST_WEEK = days("2026-11-09", "2026-11-15")


def listed(
    where: Where | None = None,
    model: Any = "linear",
    definitions: Definitions | None = None,
    dimensions: tuple[str, ...] = (),
    **tables: Sequence[Row],
) -> list[WonDeal]:
    facts = facts_of(as_of=AS_OF, definitions=definitions, dimensions=dimensions, **tables)
    rows = {name: ibis.memtable(t) for name, t in canonical(tables, dimensions).items()}
    return largest_deals(credited_deals(rows, facts, model, LAST_WEEK), facts, where)


def of_week(found: Sequence[Win]) -> dict[str, Win]:
    return {win.headline.split(":")[0]: win for win in found if win.kind == "week"}


def test_without_deals_and_goals_nothing_was_won() -> None:
    assert wins(facts_of(as_of=AS_OF)) == []
    assert wins(facts_of(as_of=AS_OF, leads=[lead("a", AS_OF)])) == []
    lost = [deal("d", "lost", closed_at="2026-11-10", amount=9.0)]
    assert wins(facts_of(as_of=AS_OF, deals=lost)) == []
    assert listed(deals=lost) == [] and listed() == []


def test_the_last_whole_week_stands_beside_the_one_before() -> None:
    """In the week of the 9th two deals of one customer, 300 together; the week before one of 500.
    The 1,000 of this week, which still runs, are next week's win."""
    deals = [
        won("1", None, "2026-11-03", 500.0, customer_id="k1"),
        won("2", None, "2026-11-09", 100.0, customer_id="k2"),
        won("3", None, "2026-11-15", 200.0, customer_id="k2"),
        won("4", None, "2026-11-17", 1000.0, customer_id="k3"),
    ]
    found = of_week(wins(facts_of(as_of=AS_OF, deals=deals)))
    large = [(win.label, win.value) for win in found.values()]
    assert large == [("Deals won", "2"), ("Revenue won", "€300"), ("New customers", "1")]
    assert [(win.headline, win.detail, win.is_record) for win in found.values()] == [
        ("Deals won: 2 in the week of 9–15 Nov 2026.", "1 the week before.", False),
        ("Revenue won: €300 in the week of 9–15 Nov 2026.", "€500 the week before.", False),
        ("New customers: 1 in the week of 9–15 Nov 2026.", "1 the week before.", False),
    ]


def weekly_revenue(count: int, usual: float = 100.0) -> list[Row]:
    """A deal on each Monday of the last whole weeks, all of the usual amount."""
    weeks = last_whole("week", count, date.fromisoformat(AS_OF), facts_of(as_of=AS_OF).company)
    return [won(str(week.start), None, str(week.start), usual) for week in weeks]


@pytest.mark.parametrize(
    ("weeks", "amount", "is_record"),
    [(27, 0.01, False), (27, 20.0, True), (26, 20.0, False), (27, 0.0, False)],
)
def test_a_record_is_clearly_the_best_of_enough_weeks(
    weeks: int, amount: float, is_record: bool
) -> None:
    """Of 27 weeks the first is mostly cut and not counted. A cent more reads the same: €100."""
    deals = [*weekly_revenue(weeks), won("more", None, "2026-11-10", amount)]
    win = of_week(wins(facts_of(as_of=AS_OF, deals=deals)))["Revenue won"]
    assert win.is_record == is_record
    if is_record:
        assert win.headline == (
            "Revenue won: €120 in the week of 9–15 Nov 2026, the best of 26 weeks."
        )
        assert win.detail == "€100 the week before; the best so far was €100, 2–8 Nov 2026."


def test_weeks_from_before_their_meaning_changed_make_no_record() -> None:
    facts = facts_of(
        as_of=AS_OF, deals=[*weekly_revenue(27), won("more", None, "2026-11-10", 20.0)]
    )
    lines = Thresholds(record_weeks=3)
    changed = {"revenue": [date(2026, 11, 2)], "new_customers": [date(2026, 10, 20)]}
    found = of_week(wins(facts, agreed=lines, changed_on=changed))
    records = {name: win.is_record for name, win in found.items()}
    assert records == {"Deals won": True, "Revenue won": False, "New customers": True}


def test_under_paid_a_deal_brings_revenue_when_it_is_paid_and_is_listed_then() -> None:
    deals = [
        won("1", None, "2026-11-10", 7.0),
        won("2", None, "2026-10-01", 9.0, paid_at="2026-11-12"),
    ]
    paid = Definitions(customer_when="paid")
    found = of_week(wins(facts_of(as_of=AS_OF, deals=deals, definitions=paid)))
    assert found["Revenue won"].headline.startswith("Revenue won: €9 ")
    (listed_deal,) = listed(deals=deals, definitions=paid)
    assert (listed_deal.deal_id, listed_deal.won_on) == ("2", date(2026, 11, 12))


def target(kpi: str, period: str, value: float, campaign: str | None = None) -> Target:
    return Target(kpi=kpi, period=period, value=value, campaign=campaign)


def of_goals(facts: Facts, *targets: Target) -> list[tuple[str, str]]:
    found = wins(facts, held=running_standings(facts, targets))
    return [(win.headline, win.detail) for win in found if win.kind == "goal"]


def test_goals_on_track_and_reached_are_wins_and_others_are_not() -> None:
    """November 2026 has 21 working days, 15 of them are over: of 28 leads 20 are due, of 40 29.
    20 leads: on track of 28, reached of 20, behind on 40. The cost per lead is 100 ÷ 20 = 5."""
    leads = [lead(f"l{n}", "2026-11-03") for n in range(20)]
    facts = facts_of(as_of=AS_OF, leads=leads, costs=[cost("2026-11-03", 100.0)])
    (on_track,) = of_goals(facts, target("leads", "month", 28))
    assert on_track == (
        "Leads, November 2026: on track 100%.",
        "20 of 20 due, goal 28.",
    )
    (reached,) = of_goals(facts, target("leads", "month", 20))
    assert reached == (
        "Leads reached the goal of November 2026 early: 20 of 20, with 6 working days left.",
        "14 were due by today.",
    )
    assert of_goals(facts, target("leads", "month", 40), target("leads", "month", 9, "ads")) == []
    (cheap,) = of_goals(facts, target("cost_per_lead", "month", 5.0))
    assert cheap == ("Cost per lead, November 2026: on track 100%.", "€5, goal €5.")
    assert of_goals(facts, target("cost_per_lead", "month", 3.0)) == []


def test_on_the_last_day_a_goal_that_was_nearly_reached_is_no_win() -> None:
    """20 of 21 are 95 %, on track on any other day; on the last one they miss the goal by 1."""
    leads = [lead(f"l{n}", "2026-11-03") for n in range(20)]
    facts = facts_of(as_of="2026-11-30", leads=leads)
    assert of_goals(facts, target("leads", "month", 21)) == []
    assert len(of_goals(facts, target("leads", "month", 20))) == 1


def test_on_the_last_day_a_ratio_is_on_track_as_the_day_is_not_over() -> None:
    leads = [lead(f"l{n}", "2026-11-03") for n in range(20)]
    facts = facts_of(as_of="2026-11-30", leads=leads, costs=[cost("2026-11-03", 100.0)])
    (win,) = of_goals(facts, target("cost_per_lead", "month", 6.0))
    assert win[0] == "Cost per lead, November 2026: on track 120%."
    assert win[1].startswith("€5, goal €6")


def sign(rule: Any, tone: Any) -> Sign:
    return Sign(
        rule, tone, f"{rule}.", ("Why.", "More."), "", "mqls", "this_week", {}, weight(rule)
    )


def test_good_news_is_a_win_but_warnings_and_goals_reported_already_are_not() -> None:
    good = [
        sign("record", "good"),
        sign("unusual_week", "warning"),
        sign("target_reached_early", "good"),
    ]
    assert wins(facts_of(as_of=AS_OF), good=good) == [Win("sign", "record.", "Why.", "mqls")]


def test_the_five_largest_deals_are_listed_by_their_value_in_company_currency() -> None:
    """1,000 yen are 6 euros, 200 dollars 180; francs have no rate, and one has no amount."""
    deals = [
        won("1", "a", "2026-11-10", 1000.0, currency="JPY"),
        won("2", "b", "2026-11-10", 200.0, currency="USD", owner="Ann"),
        won("3", "c", "2026-11-15", 190.0),
        won("4", None, "2026-11-10", 5000.0, currency="CHF"),
        won("5", None, "2026-11-12", 7.0),
        deal("6", "won", closed_at="2026-11-12"),
        won("7", None, "2026-11-16", 9999.0),
    ]
    leads = [
        lead("a", "2026-10-01", "fair", company="Acme", owner="Jana"),
        lead("b", "2026-10-01", company="<b>Bolt</b>"),
        lead("c", "2026-10-01", "ghost"),
    ]
    rates = [rate("JPY", 0.006), rate("USD", 0.9)]
    found = listed(
        deals=deals, leads=leads, rates=rates, campaigns=[campaign("fair", name="Spring fair")]
    )
    message = [(one.customer, one.price("EUR"), one.circumstances) for one in found]
    assert message == [
        ("Deal 3", "€190", "ghost, 15 Nov"),
        ("<b>Bolt</b>", "$200 (€180)", "Ann, 10 Nov"),
        ("Deal 5", "€7", "12 Nov"),
        ("Acme", "¥1,000 (€6)", "Spring fair, Jana, 10 Nov"),
        ("Deal 4", "CHF 5,000 (no exchange rate)", "10 Nov"),
    ]
    (win, *_) = wins(facts_of(as_of=AS_OF), deals=found)
    assert win == Win("deal", "Deal 3: €190", "ghost, 15 Nov", campaign="ghost")


CREDITED: dict[str, Sequence[Row]] = {
    "leads": [
        lead("a", "2026-10-01", "own", segment="S", company="A"),
        lead("b", "2026-10-01", "own", segment="M", company="B"),
    ],
    "touches": [
        touch("a", "ads", "2026-10-01"),
        touch("a", "ads", "2026-10-02"),
        touch("a", "fair", "2026-10-03"),
        touch("a", "mail", "2026-11-13"),
    ],
    "deals": [
        won("1", "a", "2026-11-10", 30.0),
        won("2", "b", "2026-11-11", 20.0, customer_id="a"),
        won("3", None, "2026-11-11", 10.0, segment="S", owner="Ann"),
    ],
    "campaigns": [campaign("ads", "search"), campaign("fair", "events"), campaign("own", "mail")],
}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, [("1", "ads"), ("2", "own"), ("3", None)]),
        ({"campaign": ["ads"]}, [("1", "ads")]),
        ({"campaign": ["fair", "mail"]}, [("1", "fair")]),
        ({"channel": ["events"]}, [("1", "fair")]),
        ({"campaign": ["ads"], "channel": ["events"]}, []),
        ({"campaign": ["(none)"]}, [("3", None)]),
        ({"segment": ["S"]}, [("1", "ads"), ("3", None)]),
        ({"segment": ["M"], "campaign": ["own"]}, [("2", "own")]),
        ({"owner": ["Ann"]}, [("3", None)]),
        ({"owner": []}, [("1", "ads"), ("2", "own"), ("3", None)]),
    ],
)
def test_a_selection_lists_the_deals_that_its_revenue_is_made_of(
    where: Where, found: list[tuple[str, str | None]]
) -> None:
    """Deal 1 is shared by ads (two touches of three) and fair; mail touched after it was won, and
    the lead's own campaign only counts without touches. Deal 3 has no lead and tells for itself."""
    deals = listed(where, dimensions=("segment",), **CREDITED)
    assert [(one.deal_id, one.campaign_id) for one in deals] == found
    facts = facts_of(as_of=AS_OF, dimensions=("segment",), **CREDITED)
    revenue = of_week(wins(facts, where)).get("Revenue won")
    assert bool(revenue) == bool(found)


def test_the_campaign_with_most_of_the_credit_is_the_models() -> None:
    (first, *_) = listed(model="last_touch", **CREDITED, dimensions=("segment",))
    assert first.campaign_id == "fair"


def test_a_customers_deals_are_credited_through_its_first_ones_lead() -> None:
    """Customer k came through lead a; b only brought its second deal."""
    deals = [
        won("1", "a", "2026-10-20", 1.0, customer_id="k"),
        won("2", "b", "2026-11-10", 5.0, customer_id="k"),
    ]
    leads = [lead("a", "2026-10-01", "ads", company="A"), lead("b", "2026-10-01", "fair")]
    (found,) = listed(deals=deals, leads=leads)
    assert (found.customer, found.campaign_id) == ("A", "ads")
    assert listed({"campaign": ["fair"]}, deals=deals, leads=leads) == []


def test_an_unknown_dimension_is_reported_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="Did you mean 'channel'"):
        listed({"chanel": ["x"]})
