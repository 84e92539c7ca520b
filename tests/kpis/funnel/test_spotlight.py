"""What to look into first: the step that fell furthest beyond what chance makes of its leads."""

from collections.abc import Mapping, Sequence
from math import isnan, nan

import pandas as pd
import pytest

from kpis.funnel.funnel import STAGES, funnel
from kpis.funnel.spotlight import (
    BEYOND_CHANCE,
    Difference,
    beside_others,
    earns_its_cost,
    falls,
    lost_most,
    spotlight,
    verdict,
    weeks_without,
)
from kpis.model import NONE
from tests.small_data import days, facts_of, lead

Came = Mapping[str, tuple[float, ...]]
"""Per group how many leads came as far as each stage, in the order of the funnel."""


def frame_of(*windows: Came) -> pd.DataFrame:
    """A funnel with what is read of it."""
    return pd.DataFrame(
        [
            {"window": window, "group": group, "stage": stage, "passed": passed}
            for window, groups in enumerate(windows)
            for group, came in groups.items()
            for stage, passed in zip(STAGES, came, strict=True)
        ],
        columns=["window", "group", "stage", "passed"],
    )


def fall(group: str, leads: float, rate: float, before: float, leads_before: float) -> Difference:
    return Difference("mql", "lead", group, leads, rate, leads_before, before)


def placed(found: Sequence[Difference]) -> list[tuple[str, str]]:
    return [(one.group, one.stage) for one in found]


# How far a step is below another


def test_nothing_to_compare_puts_nothing_in_the_light() -> None:
    assert spotlight([]) is None
    assert spotlight([[]]) is None
    assert falls(frame_of({}, {}), 10) == []


def test_a_fall_is_measured_by_what_chance_makes_of_so_many_leads() -> None:
    """40 leads at 0 % after 40 at 25 %: together 12.5 %, so the standard error is
    √(0.125 × 0.875 × (1/40 + 1/40)) = 0.07395, and 0.25 is 3.381 of them. At the old rate 10 more
    of the 40 would have come.

    NIST/SEMATECH e-Handbook of Statistical Methods, section 7.3.3
    """
    stalled = fall("c1", 40, 0.0, 0.25, 40)
    assert stalled.deviations == pytest.approx(3.381, abs=5e-4)
    assert stalled.missing == pytest.approx(10)


def test_a_few_leads_that_all_stop_outweigh_many_that_come_a_little_less_far() -> None:
    """1,000 leads at 27 % after 1,000 at 30 %: 30 fewer, three times as many as the campaign's 10,
    but only √(0.285 × 0.715 × 2/1000) = 0.02019 → 1.486 standard errors."""
    everyone, stalled = fall("", 1000, 0.27, 0.30, 1000), fall("c1", 40, 0.0, 0.25, 40)
    assert everyone.deviations == pytest.approx(1.486, abs=5e-4)
    assert everyone.missing > stalled.missing
    light = spotlight([[everyone, stalled]])
    assert light is not None
    assert (light.fall, light.comparison, light.is_beyond_chance) == (stalled, 0, True)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_where_all_or_none_come_in_both_there_is_no_difference(rate: float) -> None:
    assert fall("c1", 20, rate, rate, 30).deviations == 0


def test_a_step_that_came_further_is_a_fall_below_zero() -> None:
    better = fall("c1", 40, 0.25, 0.0, 40)
    assert better.deviations == pytest.approx(-3.381, abs=5e-4)
    assert better.missing == pytest.approx(-10)


# What to look into first


def test_where_every_step_came_further_nothing_is_to_be_looked_into() -> None:
    assert spotlight([[fall("", 40, 0.25, 0.2, 40), fall("c1", 40, 0.25, 0.0, 40)]]) is None


def test_a_later_comparison_counts_only_where_nothing_fell_in_the_one_before() -> None:
    small, stalled = fall("c1", 40, 0.2, 0.25, 40), fall("c2", 40, 0.0, 0.25, 40)
    worse = fall("c3", 400, 0.0, 0.25, 400)
    later = spotlight([[small], [stalled]])
    assert later is not None and (later.fall, later.comparison) == (stalled, 1)
    first = spotlight([[stalled], [worse]])
    assert first is not None and (first.fall, first.comparison) == (stalled, 0)


def test_within_chance_the_step_of_all_that_fell_furthest_is_shown_and_reported_to_be_that() -> (
    None
):
    """A campaign of 40 leads at 17.5 % after 25 % has fallen 0.81 standard errors, all leads 0.25.
    Small campaigns swing: among enough of them one always falls more than the whole."""
    campaign, whole = fall("c1", 40, 0.175, 0.25, 40), fall("", 900, 0.245, 0.25, 900)
    assert campaign.deviations > whole.deviations
    light = spotlight([[campaign, whole]])
    assert light is not None and light.fall == whole
    assert not light.is_beyond_chance


def test_a_campaign_that_is_all_there_is_comes_before_the_step() -> None:
    whole, only = fall("", 40, 0.0, 0.25, 40), fall("c1", 40.0, 0.0, 0.25, 40.0)
    for found in ([whole, only], [only, whole]):
        light = spotlight([found])
        assert light is not None and light.fall == only


def test_leads_of_no_campaign_are_seen_in_the_whole_only() -> None:
    nobody, whole = fall(NONE, 400, 0.0, 0.25, 400), fall("", 800, 0.15, 0.25, 800)
    assert nobody.deviations > whole.deviations > BEYOND_CHANCE
    light = spotlight([[nobody, whole]])
    assert light is not None and light.fall == whole


# Falls of a funnel


def test_each_step_is_compared_with_itself_before_the_furthest_fallen_first() -> None:
    """c1: leads → MQL 50 % after 60 %, MQL → SQL 10 of 50 after 30 of 60; c2: no change."""
    now = {"c1": (100.0, 50.0, 10.0, 5.0), "c2": (50.0, 25.0, 20.0, 10.0)}
    before = {"c1": (100.0, 60.0, 30.0, 15.0), "c2": (50.0, 25.0, 20.0, 10.0)}
    found = falls(frame_of(now, before), 10)
    assert placed(found)[:2] == [("c1", "sql"), ("c1", "mql")]
    worst = found[0]
    assert (worst.earlier, worst.leads, worst.other_leads) == ("mql", 50.0, 60.0)
    assert (worst.rate, worst.other_rate) == (0.2, 0.5)
    assert {one.deviations for one in found if one.group == "c2"} == {0.0}


def test_a_step_of_too_few_leads_says_nothing() -> None:
    """c1 has 9 MQLs now, c2 had 9 before: neither tells how MQLs become SQLs."""
    now, before = (20.0, 9.0, 0.0, 0.0), (20.0, 12.0, 6.0, 0.0)
    found = falls(frame_of({"c1": now, "c2": before}, {"c1": before, "c2": now}), 10)
    assert sorted(placed(found)) == [("c1", "mql"), ("c2", "mql")]


def test_no_evidence_asked_for_still_divides_by_no_zero() -> None:
    assert falls(frame_of({"": (0.0,) * 4}, {"": (0.0,) * 4}), 0) == []


def test_a_group_of_one_window_only_has_not_fallen() -> None:
    found = falls(frame_of({"new": (50.0, 10.0, 5.0, 1.0)}, {"gone": (50.0, 10.0, 5.0, 1.0)}), 1)
    assert found == []


def test_a_stage_that_is_not_mapped_is_passed_over() -> None:
    """Without MQL dates, SQLs are told of leads: 10 of 100 after 20 of 100."""
    found = falls(frame_of({"": (100.0, nan, 10.0, 1.0)}, {"": (100.0, nan, 20.0, 2.0)}), 10)
    steps = {(one.earlier, one.stage): one for one in found}
    assert set(steps) == {("lead", "sql"), ("sql", "customer")}
    assert (steps["lead", "sql"].rate, steps["lead", "sql"].other_rate) == (0.1, 0.2)


def test_falls_are_read_of_the_funnel_itself() -> None:
    """December: 2 of 4 leads became MQLs. January: none of 3."""
    leads = [lead(f"n{n}", "2026-01-05", "c1") for n in range(3)]
    leads += [lead(f"b{n}", "2025-12-05", "c1") for n in range(2)]
    leads += [lead(f"m{n}", "2025-12-05", "c1", mql_at="2025-12-06") for n in range(2)]
    windows = [days("2026-01-01", "2026-01-31"), days("2025-12-01", "2025-12-31")]
    facts = facts_of(leads=leads)
    for by, group in ((None, ""), ("campaign", "c1")):
        (found,) = falls(funnel(facts, windows, by), 3)
        assert (found.group, found.stage, found.earlier) == (group, "mql", "lead")
        assert (found.leads, found.rate) == (3.0, 0.0)
        assert (found.other_leads, found.other_rate) == (4.0, 0.5)


# Which campaign lost most


def test_the_campaign_that_lost_most_leads_is_named_where_all_lost_some() -> None:
    """c1 lost 20 × 0.25 = 5, c2 200 × 0.05 = 10: the most leads, not the furthest beyond chance."""
    whole, c1 = fall("", 400, 0.2, 0.25, 400), fall("c1", 20, 0, 0.25, 20)
    c2 = fall("c2", 200, 0.2, 0.25, 200)
    assert c1.deviations > c2.deviations
    assert lost_most([whole, c1, c2]) == c2


@pytest.mark.parametrize(
    "found",
    [
        [],
        [fall("", 400, 0.2, 0.25, 400)],
        [fall("c1", 40, 0.0, 0.25, 40)],
        [fall("", 400, 0.25, 0.25, 400), fall("c1", 40, 0.0, 0.25, 40)],  # others made up for it
        [fall("", 400, 0.2, 0.25, 400), fall("c1", 4, 0.0, 0.1, 40)],  # 0.4 of a lead is none
    ],
)
def test_no_campaign_is_named_where_the_whole_or_no_campaign_lost_a_lead(
    found: list[Difference],
) -> None:
    assert lost_most(found) is None


# A campaign beside the others


def beside(frame: pd.DataFrame, group: str, min_evidence: float) -> list[Difference]:
    return [step for step in beside_others(frame, min_evidence) if step.group == group]


def test_a_campaign_is_held_against_all_others_and_not_against_itself() -> None:
    """c1: 0 of 40; c2 and c3: 25 of 100. With c1 among them it would be 25 of 140."""
    frame = frame_of(
        {"c1": (40.0, 0.0, 0.0, 0.0), "c2": (60.0, 20.0, 10.0, 5.0), "c3": (40.0, 5.0, 2.0, 1.0)}
    )
    (step,) = beside(frame, "c1", 10)
    assert (step.group, step.stage, step.leads, step.rate) == ("c1", "mql", 40.0, 0.0)
    assert (step.other_leads, step.other_rate) == (100.0, 0.25)


def test_steps_beside_the_others_come_in_the_order_of_the_funnel() -> None:
    frame = frame_of(
        {"c1": (90.0, 40.0, 20.0, 10.0), "c2": (90.0, 45.0, 30.0, 10.0)},
        {"c1": (90.0, 90.0, 90.0, 90.0), "c2": (90.0, 0.0, 0.0, 0.0)},
    )
    assert [step.stage for step in beside(frame, "c2", 10)] == list(STAGES[1:])
    assert beside(frame, "c2", 10)[0].other_rate == 40 / 90  # of the first window


@pytest.mark.parametrize("group", ["c1", "never heard of"])
def test_a_campaign_alone_or_without_leads_has_nothing_beside_it(group: str) -> None:
    assert beside(frame_of({"c1": (90.0, 40.0, 20.0, 10.0)}), group, 10) == []


def test_stages_of_others_that_are_unknown_stay_unknown() -> None:
    frame = frame_of({"c1": (90.0, nan, 20.0, 10.0), "c2": (90.0, nan, 30.0, 10.0)})
    steps = beside(frame, "c1", 10)
    assert [(step.earlier, step.stage) for step in steps] == [("lead", "sql"), ("sql", "customer")]
    assert not any(isnan(step.rate) for step in steps)


def test_every_campaign_is_held_against_its_own_others_in_the_order_of_names() -> None:
    """MQLs of 10 leads each: 0, 1 and 5. Beside c1 stand 6 of 20, beside c2 5, beside c3 1."""
    rest = (0.0, 0.0)
    frame = frame_of({"c3": (10.0, 5.0, *rest), "c1": (10.0, 0.0, *rest), "c2": (10.0, 1.0, *rest)})
    found = [step for step in beside_others(frame, 10) if step.stage == "mql"]
    assert [(one.group, one.rate, one.other_rate) for one in found] == [
        ("c1", 0.0, 0.3),
        ("c2", 0.1, 0.25),
        ("c3", 0.5, 0.05),
    ]
    assert beside_others(frame_of({}), 10) == []


def test_others_of_whom_a_stage_is_unknown_are_not_taken_for_none() -> None:
    """Nobody knows how many of c2's leads became MQLs: c1 has nothing beside its own 40 of 90."""
    frame = frame_of({"c1": (90.0, 40.0, 20.0, 10.0), "c2": (90.0, nan, 30.0, 10.0)})
    steps = [(one.earlier, one.stage) for one in beside_others(frame, 10) if one.group == "c1"]
    assert steps == [("lead", "sql"), ("sql", "customer")]


@pytest.mark.parametrize(
    ("came", "became", "weeks"),
    [
        ([], [], 0),
        ([9, 9, 9, 9], [2, 3, 0, 0], 2),
        ([9, 9, 9, 9], [2, 0, 1, 0], 0),  # 9 leads of one week are too few to say
        ([9, 9, 9, 9], [0, 0, 0, 0], 0),  # never any: nothing stopped
        ([9, 9, 9, 0], [2, 0, 0, 0], 0),  # it is over, or nobody came
        ([9, 0, 9, 9], [2, 0, 0, 0], 2),
        ([9, 9, 9, 9], [2, nan, 0, 0], 2),
        ([9, 9, 9, 9], [nan, nan, nan, nan], 0),
        ([nan, nan, nan, nan], [2, 0, 0, 0], 0),
    ],
)
def test_weeks_without_count_back_from_the_last_while_leads_come(
    came: list[float], became: list[float], weeks: int
) -> None:
    assert weeks_without(came, became, 10) == weeks


# What is to be said of a campaign


@pytest.mark.parametrize(
    ("returns", "earns"),
    [
        ([], None),
        ([nan, nan], None),
        ([0.2, 0.1], True),
        ([0.0, 0.1], True),  # its cost exactly is earned
        ([nan, -0.1], False),
        ([0.2, -0.1], None),
    ],
)
def test_a_campaign_earns_its_cost_where_every_model_that_knows_says_so(
    returns: list[float], earns: bool | None
) -> None:
    assert earns_its_cost(returns) is earns


def test_the_worst_is_reported_of_a_campaign_first() -> None:
    """40 leads at 0 % beside 25 %: 3.4 standard errors below all others; reversed, above them."""
    behind, like = fall("c1", 40, 0.0, 0.25, 40), fall("c1", 40, 0.25, 0.25, 40)
    ahead = fall("c1", 40, 0.25, 0.0, 40)
    first = verdict([like, behind, ahead], 3, False)
    assert (first.kind, first.step, first.silent_weeks) == ("behind", behind, 3)
    assert verdict([like, ahead], 2, False).kind == "silent"
    assert verdict([like, ahead], 1, False).kind == "loses_money"  # one week says nothing
    assert verdict([like, ahead], 1, None).silent_weeks == 0
    for earns in (True, None):
        assert verdict([like, ahead], 0, earns).step == ahead
        assert verdict([like], 0, earns).kind == "like_others"
        assert verdict([], 0, earns).kind == "too_few"
