"""What changed and because of whom: parts that add up to the whole change, rate told from mix.

Periods are January (before) and February (now) of 2026; the day of the report is 31 December.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from kpis.change.drivers import COLUMNS, SHARED_COSTS, Drivers, drivers
from kpis.errors import UsageError
from kpis.scorecard.selection import Facts, Window
from tests.small_data import (
    campaign,
    cost,
    customer,
    days,
    deal,
    facts_of,
    lead,
    payment,
    touch,
    won,
)

JANUARY, FEBRUARY = days("2026-01-01", "2026-01-31"), days("2026-02-01", "2026-02-28")
Funnel = Mapping[str, tuple[int, int]]
"""Per campaign the leads of a month and how many of them were won."""


def split(facts: Facts, key: str, by: str = "campaign", **more: Any) -> Drivers:
    now, before = (Window(period, facts.as_of) for period in (FEBRUARY, JANUARY))
    return drivers(facts, key, now, before, by, **more)


def parts(found: Drivers) -> dict[str, dict[str, float]]:
    """The rows by group."""
    return {str(row.pop("group")): row for row in found.frame.to_dict("records")}  # type: ignore[misc]  # pandas types keys as Hashable


def totals(found: Drivers) -> dict[str, float]:
    return dict(zip(found.frame["group"], found.frame["total"], strict=True))


def funnel(january: Funnel, february: Funnel) -> Facts:
    leads, deals = [], []
    for month, groups in (("01", january), ("02", february)):
        for name, (count, converted) in groups.items():
            for n in range(count):
                lead_id = f"{name} {month} {n}"
                leads.append(lead(lead_id, f"2026-{month}-05", name))
                status = "won" if n < converted else "lost"
                closed = f"2026-{month}-15"
                deals.append(deal(lead_id, status, lead_id=lead_id, closed_at=closed))
    if not leads:
        return facts_of()
    return facts_of(leads=leads, deals=deals)


def test_nothing_before_and_nothing_now_has_no_parts() -> None:
    facts = facts_of(leads=[lead("a", "2020-01-01", "ads")])
    found = split(facts, "leads")
    assert (found.change, found.reason, len(found.frame)) == (0.0, None, 0)
    assert tuple(found.frame.columns) == COLUMNS


def test_a_count_is_split_into_plain_differences() -> None:
    """ads 3 → 1, fair 1 → 2, seo 0 → 3: −2 + 1 + 3 = 2, the largest first. A lead that fair and
    mail touched in February counts half for each: fair 1 → 2.5 and mail 0 → 0.5 make it 3."""
    january: Funnel = {"ads": (3, 0), "fair": (1, 0)}
    february: Funnel = {"ads": (1, 0), "fair": (2, 0), "seo": (3, 0)}
    found = split(funnel(january, february), "leads")
    assert found.change == 2.0
    assert list(totals(found).items()) == [("seo", 3.0), ("ads", -2.0), ("fair", 1.0)]
    assert found.frame[["rate", "mix", "share_before", "share_now"]].isna().all(axis=None)

    ids = [("a", "01", "ads"), ("b", "01", "fair"), ("c", "02", "fair"), ("d", "02", "fair")]
    touched = facts_of(
        leads=[lead(name, f"2026-{month}-05", where) for name, month, where in ids]
        + [lead("e", "2026-02-05")],
        touches=[touch("e", name, "2026-02-05") for name in ("fair", "mail")],
    )
    found = split(touched, "leads")
    assert totals(found) == {"fair": 1.5, "ads": -1.0, "mail": 0.5}
    assert found.change == pytest.approx(1.0)


def test_groups_without_a_part_in_the_kpi_are_left_out() -> None:
    facts = facts_of(leads=[lead("a", "2026-02-05", "ads")], costs=[cost("2026-02-01", 9.0, "seo")])
    assert totals(split(facts, "leads")) == {"ads": 1.0}


SIMPSON: tuple[Funnel, Funnel] = ({"A": (6, 3), "B": (4, 1)}, {"A": (5, 3), "B": (15, 4)})


def test_every_rate_can_rise_while_the_whole_falls_and_that_is_mix() -> None:
    """Simpson's paradox. A 3/6 = 50 % → 3/5 = 60 %, B 1/4 = 25 % → 4/15 = 26.67 %, but the whole
    4/10 = 40 % → 7/20 = 35 %, as B's share went from 40 % to 75 %. R̄ = 37.5 %.
    Rate: A ½(0.6 + 0.25) × 0.1 = 0.0425, B ½(0.4 + 0.75) × 0.016667 = 0.009583; together 0.052083.
    Mix: A (0.55 − 0.375) × −0.35 = −0.06125, B (0.258333 − 0.375) × 0.35 = −0.040833; −0.102083.
    Measured against 0 instead of R̄, B would seem to have raised the whole by 0.0904.

    Kitagawa, E. M. (1955), Components of a Difference Between Two Rates, JASA 50.
    """
    found = split(funnel(*SIMPSON), "lead_conversion_rate")
    assert (found.before, found.now) == pytest.approx((0.40, 0.35))
    assert (found.change, found.unit, found.per) == (pytest.approx(-0.05), "share", "leads")
    a, b = parts(found)["A"], parts(found)["B"]
    assert (a["before"], a["now"]) == pytest.approx((0.50, 0.60))
    assert (b["share_before"], b["share_now"]) == pytest.approx((0.40, 0.75))
    assert (a["rate"], b["rate"]) == pytest.approx((0.0425, 0.00958333), abs=1e-8)
    assert (a["mix"], b["mix"]) == pytest.approx((-0.06125, -0.04083333), abs=1e-8)
    assert list(found.frame["group"]) == ["B", "A"]


def test_with_shares_unchanged_all_is_rate() -> None:
    """A halves from 4/10 to 2/10, B stays at 1/10: 5/20 → 3/20. A: ½ × −0.2 = −0.1, all of it."""
    facts = funnel({"A": (10, 4), "B": (10, 1)}, {"A": (10, 2), "B": (10, 1)})
    found = parts(split(facts, "lead_conversion_rate"))
    assert (found["A"]["rate"], found["A"]["mix"]) == pytest.approx((-0.1, 0.0))
    assert (found["B"]["rate"], found["B"]["mix"]) == pytest.approx((0.0, 0.0))


def test_a_group_that_appears_or_disappears_is_all_mix() -> None:
    """A stays at 2/4. B comes with 0/4, so 50 % → 25 %, R̄ = 37.5 %, and both have a share of half.
    A: (0.5 − 0.375) × −0.5 = −0.0625. B: (0 − 0.375) × 0.5 = −0.1875. B's own rate, unknown before,
    counts as 0 % then, too. Backwards, when B goes, the same with the sign turned."""
    without, with_it = {"A": (4, 2)}, {"A": (4, 2), "B": (4, 0)}
    comes = split(funnel(without, with_it), "lead_conversion_rate")
    assert totals(comes) == pytest.approx({"B": -0.1875, "A": -0.0625})
    assert comes.frame["rate"].tolist() == [0.0, 0.0]
    assert parts(comes)["B"]["before"] != parts(comes)["B"]["before"]  # NaN
    goes = split(funnel(with_it, without), "lead_conversion_rate")
    assert totals(goes) == pytest.approx({"B": 0.1875, "A": 0.0625})
    assert goes.frame["rate"].tolist() == [0.0, 0.0]


def test_money_spent_without_a_lead_is_a_rate_of_the_whole() -> None:
    """ads: 20 for 2 leads in both months. fair: 30 in February for none. Cost per lead 10 → 25.
    fair has no rate and no share before or after: all 15 are its, as rate; ads did nothing."""
    leads = [lead(f"{n}{month}", f"2026-{month}-05", "ads") for n in "ab" for month in ("01", "02")]
    costs = [cost("2026-01-05", 20.0, "ads"), cost("2026-02-05", 20.0, "ads")]
    facts = facts_of(leads=leads, costs=[*costs, cost("2026-02-05", 30.0, "fair")])
    found = parts(split(facts, "cost_per_lead"))
    assert (found["fair"]["rate"], found["fair"]["mix"]) == pytest.approx((15.0, 0.0))
    assert (found["ads"]["rate"], found["ads"]["mix"]) == pytest.approx((0.0, 0.0))


def acquisition(shared: tuple[float, float], sql_at: bool = False) -> Facts:
    """ads and fair win a customer of 150 each a month, for 60 and 40; beside shared costs."""
    leads, deals, costs = [], [], []
    for month, amount in zip(("01", "02"), shared, strict=True):
        day = f"2026-{month}-05"
        costs.append(cost(day, amount))
        for name, spent in (("ads", 60.0), ("fair", 40.0)):
            lead_id = f"{name} {month}"
            leads.append(lead(lead_id, day, name, sql_at=day if sql_at else None))
            deals.append(won(lead_id, lead_id, day, 150.0))
            costs.append(cost(day, spent, name))
    return facts_of(
        campaigns=[campaign("ads", "search"), campaign("fair", "events")],
        leads=leads,
        deals=deals,
        costs=costs,
    )


@pytest.mark.parametrize(("by", "groups"), [("campaign", "ads fair"), ("channel", "search events")])
def test_shared_costs_that_no_sql_allocates_are_a_group_of_their_own(by: str, groups: str) -> None:
    """CAC (100 + 100) ÷ 2 = 100 → (100 + 300) ÷ 2 = 200. Without SQLs the campaigns bear their own
    60 and 40 in both months and changed nothing; the parts of campaigns alone would miss all."""
    found = split(acquisition((100.0, 300.0)), "cac", by)
    assert (found.before, found.now) == (100.0, 200.0)
    nothing = dict.fromkeys(groups.split(), 0.0)
    assert totals(found) == pytest.approx({SHARED_COSTS: 100.0, **nothing})


def test_shared_costs_that_sqls_allocate_are_the_groups_own() -> None:
    """Each has one of two SQLs: half of 100, then of 300. ads 60 + 50 → 60 + 150, half of all."""
    found = split(acquisition((100.0, 300.0), sql_at=True), "cac")
    assert totals(found) == pytest.approx({"ads": 50.0, "fair": 50.0})
    assert parts(found)["ads"]["now"] == 210.0


def test_shared_marketing_cost_weighs_on_roi_as_a_group_that_returns_nothing() -> None:
    """(300 − 200) ÷ 200 = 0.5 → (300 − 150) ÷ 150 = 1.0, R̄ = 0.75; the ROI of ads stays (150 − 60)
    ÷ 60 = 1.5, of fair (150 − 40) ÷ 40 = 2.75, of shared costs −1. So all is mix:
    ads (1.5 − 0.75) × (60/150 − 60/200) = 0.075, fair (2.75 − 0.75) × (40/150 − 40/200) = 0.133333,
    shared (−1 − 0.75) × (50/150 − 100/200) = 0.291667."""
    found = split(acquisition((100.0, 50.0), sql_at=True), "marketing_roi")
    expected = {SHARED_COSTS: 0.29166667, "fair": 0.13333333, "ads": 0.075}
    assert totals(found) == pytest.approx(expected, abs=1e-8)
    assert found.frame["rate"].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert parts(found)["fair"]["now"] == 2.75


def test_win_rate_and_cycle_are_weighed_by_their_own_denominators() -> None:
    """Owners: kim closes 2 deals a month and wins 2, then 1; lee closes 2 and wins 1 in both.
    3/4 → 2/4, all of it kim's: ½ × −0.5. Cycles: kim's customers take 10 days, then 20; lee's 30.
    (10 + 10 + 30) ÷ 3 = 16.67 → (20 + 30) ÷ 2 = 25; kim's share is 2/3 → 1/2, R̄ = 20.8333:
    rate 0.583333 × 10 = 5.833333; mix kim (15 − 20.8333) × −1/6, lee (30 − 20.8333) × 1/6."""
    leads, deals = [], []
    closings = [("kim", "01", (10, 10)), ("kim", "02", (20, None))]
    closings += [("lee", "01", (30, None)), ("lee", "02", (30, None))]
    for owner, month, cycles in closings:
        for n, cycle in enumerate(cycles):
            name, closed = f"{owner} {month} {n}", FEBRUARY.end if month == "02" else JANUARY.end
            created = (closed - timedelta(days=cycle or 1)).isoformat()
            leads.append(lead(name, created, owner=owner))
            status = "won" if cycle else "lost"
            deals.append(deal(name, status, lead_id=name, closed_at=closed.isoformat()))
    facts = facts_of(leads=leads, deals=deals)
    assert totals(split(facts, "win_rate", "owner")) == pytest.approx({"kim": -0.25, "lee": 0.0})
    found = parts(split(facts, "sales_cycle_days", "owner"))
    assert (found["kim"]["rate"], found["kim"]["mix"]) == pytest.approx((5.8333333, 0.9722222))
    assert (found["lee"]["rate"], found["lee"]["mix"]) == pytest.approx((0.0, 1.5277778))


def test_lifetime_value_so_far_counts_groups_with_nothing_in_either_month() -> None:
    """old won 1,000 from a customer in 2025; ads wins one of 200 in January, one of 600 in
    February. (1,000 + 200) ÷ 2 = 600 → 1,800 ÷ 3 = 600: no change, as ads' rate went 200 → 400
    (½(1/2 + 2/3) × 200 = 116.67) and its share grew at the cost of old ((1000 − 600) × −1/6 =
    −66.67, and ads (300 − 600) × 1/6 = −50)."""
    facts = facts_of(
        leads=[lead("o", "2025-01-01", "old"), *(lead(n, "2026-01-01", "ads") for n in "ab")],
        deals=[
            won("1", "o", "2025-02-01", 1000.0),
            won("2", "a", "2026-01-10", 200.0),
            won("3", "b", "2026-02-10", 600.0),
        ],
    )
    found = split(facts, "clv")
    assert (found.before, found.now, found.per) == (600.0, 600.0, "customers won")
    assert parts(found)["ads"]["rate"] == pytest.approx(116.6666667)
    assert totals(found) == pytest.approx({"ads": 66.6666667, "old": -66.6666667})


def subscribers(lost_on: str | None) -> Facts:
    """ads and fair have a customer each since 2024, who pays 365 on the last day of January and of
    February 2026; fair has a second one, who never pays and may leave."""
    names = {"a": "ads", "f": "fair", "g": "fair"}
    return facts_of(
        leads=[lead(name, "2024-01-01", where) for name, where in names.items()],
        deals=[won(name, name, "2024-01-01", customer_id=name) for name in names],
        customers=[
            customer(name, "2024-01-01", lost_on if name == "g" else None) for name in names
        ],
        payments=[
            payment(name, day, 365.0) for name in "af" for day in ("2026-01-31", "2026-02-28")
        ],
    )


def test_lifetime_value_weighs_groups_by_customers_lost_under_the_cap_by_active_months() -> None:
    """One lost in January: 730 ÷ 1 → 1,460 ÷ 1. fair lost it, so all of the weight is fair's in
    both months and the shares do not change: each gains its 365. Nobody lost: 3 × 365 active days
    are capped at 60 months, 730 ÷ (1,095 ÷ 30.4375 ÷ 60) = 1,217.5 → 2,435, half of it from each.
    """
    lost = split(subscribers("2026-01-20"), "clv")
    assert (lost.before, lost.now, lost.per) == (730.0, 1460.0, "customers lost")
    assert totals(lost) == pytest.approx({"ads": 365.0, "fair": 365.0})
    capped = split(subscribers(None), "clv")
    assert (capped.change, capped.per) == (pytest.approx(1217.5), "active months")
    assert totals(capped) == pytest.approx({"ads": 608.75, "fair": 608.75})
    assert parts(capped)["fair"]["share_now"] == pytest.approx(2 / 3)


def test_a_cap_that_lifts_between_the_periods_still_adds_up() -> None:
    """1,217.5 capped → 1,460 ÷ 1 lost; what the two periods weigh by has no common name."""
    found = split(subscribers("2026-02-20"), "clv")
    assert (found.before, found.now) == pytest.approx((1217.5, 1460.0))
    assert sum(totals(found).values()) == pytest.approx(242.5)
    assert found.per == ""


@pytest.mark.parametrize(
    ("january", "february", "reason"),
    [
        ({}, {"A": (1, 1)}, "in the period before, no leads were created"),
        ({"A": (1, 1)}, {}, "in this period, no leads were created"),
        ({}, {}, "no leads are mapped"),
    ],
)
def test_what_is_undefined_has_no_parts_and_says_in_which_period(
    january: Funnel, february: Funnel, reason: str
) -> None:
    found = split(funnel(january, february), "lead_conversion_rate")
    assert (found.reason, len(found.frame)) == (reason, 0)
    assert found.change != found.change  # NaN


def test_costs_cannot_be_split_by_what_they_do_not_carry_but_the_change_is_known() -> None:
    found = split(acquisition((100.0, 300.0)), "cac", "owner")
    assert (found.change, found.reason) == (100.0, "costs do not carry owner")
    assert len(found.frame) == 0


def test_a_quotient_of_two_kpis_is_not_split() -> None:
    found = split(acquisition((100.0, 300.0)), "clv_to_cac")
    assert found.change == pytest.approx(150 / 200 - 150 / 100)
    assert found.reason == "it is a quotient of two KPIs, each with drivers of its own"


def test_an_unknown_kpi_or_dimension_names_the_nearest() -> None:
    facts = acquisition((0.0, 0.0))
    with pytest.raises(UsageError, match="Did you mean 'cac'"):
        split(facts, "cca")
    with pytest.raises(UsageError, match="Did you mean 'campaign'"):
        split(facts, "cac", "campain")


def test_a_selection_is_split_within_itself() -> None:
    """Only search is asked for; what ads did is all of it, and an empty filter filters nothing."""
    facts = acquisition((100.0, 300.0), sql_at=True)
    found = split(facts, "cac", where={"channel": ["search"], "campaign": []})
    assert (found.before, found.now) == (110.0, 210.0)
    assert totals(found) == {"ads": 100.0}
