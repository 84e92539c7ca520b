"""Signal or noise: Wheeler's example, each rule where it just fires, limits that stay, and the
weeks that the weekly frame judges a KPI's last one by."""

from datetime import date, timedelta
from math import inf, isnan, nan, nextafter
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.scorecard.selection import Facts
from kpis.weeks.frame import WeeklyFrame, weekly_frame
from kpis.weeks.xmr import (
    BASELINE,
    Limits,
    Rule,
    Segment,
    Side,
    Signal,
    natural_limits,
    sentence,
    xmr,
)
from tests.small_data import Row, cost, facts_of, lead, won

INVENTORY = [19, 27, 20, 16, 18, 25, 22, 24, 17, 25, 15, 17]
INVENTORY += [20, 22, 19, 16, 22, 19, 25, 22, 18, 20, 16, 17]
INVENTORY += [20, 15, 27, 25, 17, 19, 28]
"""In-process inventory of 31 months (Wheeler, Understanding Variation)."""

STEADY = [9.0, 11.0] * 6
"""Twelve weeks with mean 10 and mean moving range 2: limits 10 ± 5.32, halfway at 10 ± 2.66."""
USUAL = Limits(10.0, 2.0, pytest.approx(15.32), pytest.approx(4.68))


def last_signal(*after: float) -> tuple[Rule, Side] | None:
    """What is said of the last of some weeks that follow STEADY."""
    signal = xmr([*STEADY, *after]).points[-1].signal
    return None if signal is None else (signal.rule, signal.side)


def message(*after: float) -> str:
    return sentence(xmr([*STEADY, *after]))


def test_no_values_make_no_chart() -> None:
    chart = xmr([])
    assert (chart.segments, chart.points) == ((), ())
    assert sentence(chart) == "too early to say (0 of 12 earlier weeks)"


@pytest.mark.parametrize("values", [[], [5.0], [nan, 5.0, nan]])
def test_without_a_moving_range_there_are_no_limits(values: list[float]) -> None:
    assert natural_limits(values) is None


def test_weeks_without_any_value_are_too_early_to_judge() -> None:
    chart = xmr([nan] * 30)
    assert chart.segments == (Segment(0, None),)
    assert all(point.limits is None and point.signal is None for point in chart.points)
    assert sentence(chart) == "too early to say (0 of 12 earlier weeks)"


def test_the_thirteenth_known_week_is_the_first_to_be_judged() -> None:
    """The twelfth is ten times the mean, but what is usual is not known before it; a gap is no
    week. The thirteenth is judged by the twelve before it."""
    early = [*STEADY[:6], nan, *STEADY[6:11]]
    assert sentence(xmr([*early, 100.0])) == "too early to say (11 of 12 earlier weeks)"
    assert sentence(xmr([*early, 11.0, 100.0])) == "above its usual range (4.68–15.32)"


def test_a_week_without_a_value_says_so() -> None:
    assert message(nan) == "no value; usually 4.68–15.32"


def test_values_that_are_all_equal_are_no_signal_and_any_other_is() -> None:
    assert all(point.signal is None for point in xmr([5.0] * 40).points)
    assert sentence(xmr([*[5.0] * 12, 5.1])) == "above its usual range (5–5)"


def test_what_misses_a_line_by_rounding_lies_on_it() -> None:
    """0.1 + 0.2 is more than 0.3 in floats, as sums of credit weights may be. So is a value that
    is one bit above the upper limit."""
    assert last_signal(nextafter(USUAL.mean + 2.66 * USUAL.average_moving_range, inf)) is None
    assert 0.1 + 0.2 > 0.3
    assert all(point.signal is None for point in xmr([*[0.3] * 12, *[0.1 + 0.2] * 9]).points)


def test_wheelers_in_process_inventory() -> None:
    """The sum is 632: 632 ÷ 31 = 20.39. The 30 moving ranges sum to 141: 141 ÷ 30 = 4.7. Upper
    limit 20.39 + 2.66 × 4.7 = 32.89, lower 20.39 − 12.50 = 7.89."""
    limits = natural_limits(INVENTORY)
    assert limits is not None
    assert round(limits.mean, 2) == 20.39
    assert limits.average_moving_range == pytest.approx(4.7)
    assert round(limits.upper, 2) == 32.89
    assert round(limits.lower, 2) == 7.89


def test_wheelers_inventory_is_noise_in_every_month_after_its_first_year() -> None:
    """The first twelve sum to 245, mean 20.42; their eleven moving ranges to 60, 5.45 on average:
    20.42 ± 14.51. The last month, 28, is the only one of all nearer to a limit than to the mean
    (beyond 27.67); the longest row on one side is of six (18 20 16 17 20 15)."""
    chart = xmr(INVENTORY)
    (segment,) = chart.segments
    assert segment.limits is not None
    assert segment.limits.mean == pytest.approx(245 / 12)
    assert segment.limits.upper == pytest.approx(245 / 12 + 2.66 * 60 / 11)
    assert all(point.signal is None for point in chart.points)
    assert sentence(chart, "{:.0f}".format) == "within its usual range (6–35)"


@pytest.mark.parametrize(
    ("value", "signal"),
    [
        (15.3, None),
        (15.32, None),
        (15.4, ("outside", "above")),
        (4.7, None),
        (4.68, None),
        (4.6, ("outside", "below")),
    ],
)
def test_a_point_outside_the_limits_is_a_signal(
    value: float, signal: tuple[Rule, Side] | None
) -> None:
    """10 ± 2.66 × 2. By the standard deviation, 1.04, the limits would be 10 ± 3.1."""
    assert last_signal(value) == signal


def test_the_eighth_in_a_row_on_one_side_is_a_signal_and_the_seventh_is_none() -> None:
    assert last_signal(*[11.0] * 7) is None
    assert last_signal(*[11.0] * 8) == ("eight_in_a_row", "above")
    assert last_signal(*[9.0] * 8) == ("eight_in_a_row", "below")
    assert message(*[9.0] * 8) == "eight weeks in a row below its mean (10)"


def test_a_point_on_the_mean_ends_a_row_and_a_missing_week_does_not() -> None:
    assert last_signal(*[11.0] * 4, 10.0, *[11.0] * 4) is None
    assert last_signal(*[11.0] * 4, nan, *[11.0] * 4) == ("eight_in_a_row", "above")


@pytest.mark.parametrize(
    ("after", "signal"),
    [
        ([13.0, 13.0], None),
        ([13.0, 13.0, 13.0], ("three_of_four", "above")),
        ([13.0, 10.0, 13.0, 13.0], ("three_of_four", "above")),
        ([13.0, 5.0, 13.0, 13.0], ("three_of_four", "above")),
        ([7.0, 7.0, 10.0, 7.0], ("three_of_four", "below")),
        ([13.0, 13.0, 12.6], None),
        ([13.0, 13.0, 7.0], None),
        ([13.0, 13.0, 10.0, 10.0, 13.0], None),
        ([13.0, 13.0, 13.0, 10.0], None),
        ([13.0, 13.0, 13.0, 11.0], None),
    ],
)
def test_three_of_four_nearer_a_limit_than_the_mean_are_a_signal(
    after: list[float], signal: tuple[Rule, Side] | None
) -> None:
    """Halfway lies at 10 ± 2.66: 13 is nearer to the upper limit, 12.6 to the mean."""
    assert last_signal(*after) == signal


def test_of_two_rules_the_stronger_is_reported() -> None:
    assert last_signal(*[11.0] * 7, 16.0) == ("outside", "above")
    assert last_signal(13.0, 13.0, 16.0) == ("outside", "above")
    assert last_signal(*[13.0] * 8) == ("eight_in_a_row", "above")
    assert message(13.0, 13.0, 13.0) == (
        "nearer the upper limit than its mean in three of the last four weeks (4.68–15.32)"
    )


def test_a_count_has_no_limit_below_zero_and_zero_is_no_signal_for_being_next_to_it() -> None:
    """Mean 2, mean moving range 2: 2 − 5.32 is below zero, so the limit is 0. Halfway to the uncut
    limit lies below zero too; measured to the cut one, three weeks of 0 would be a signal."""
    chart = xmr([*[1.0, 3.0] * 6, 0.0, 0.0, 0.0], lowest=0.0)
    limits = chart.segments[0].limits
    assert limits is not None
    assert (limits.lower, limits.upper) == (0.0, pytest.approx(7.32))
    assert chart.points[-1].signal is None
    assert natural_limits([1.0, 3.0]) == Limits(2.0, 2.0, pytest.approx(7.32), pytest.approx(-3.32))


def test_limits_are_locked() -> None:
    """However wild the weeks that follow, they are judged by the first twelve."""
    chart = xmr([*STEADY, 30.0, 0.0, 40.0, 0.0, 50.0])
    assert chart.segments == (Segment(0, USUAL),)
    assert [point.limits for point in chart.points] == [None] * 12 + [USUAL] * 5
    assert {point.signal.rule for point in chart.points[12:] if point.signal} == {"outside"}


def test_a_shift_starts_a_segment_and_the_old_limits_go_on_until_it_has_twelve() -> None:
    """From week 12 on 11, 13, 11, 13…: the eighth in a row above 10 is week 19. The segment starts
    at week 12 and has its twelve points with week 23: from week 24 on, 12 ± 5.32 are usual."""
    chart = xmr([*STEADY, *[11.0, 13.0] * 10])
    new = Limits(12.0, 2.0, pytest.approx(17.32), pytest.approx(6.68))
    assert chart.segments == (Segment(0, USUAL), Segment(12, new))
    assert [point.limits for point in chart.points[12:]] == [USUAL] * 12 + [new] * 8
    signals = {n: point.signal for n, point in enumerate(chart.points) if point.signal}
    assert signals == {
        11 + row: Signal("eight_in_a_row", "above", row) for row in range(8, BASELINE + 1)
    }
    assert (
        sentence(xmr([*STEADY, *[11.0, 13.0] * 6])) == "twelve weeks in a row above its mean (10)"
    )


def test_a_row_counts_from_where_its_limits_came_into_force() -> None:
    """The new segment's mean is 176 ÷ 12 = 14.67, and its own last seven points lie above; they
    made it, and are not judged by it. The week after is the first above it, not the eighth."""
    shifted = [11.0] * 5 + [16.0, 19.0] * 3 + [16.0]
    chart = xmr([*STEADY, *shifted, 15.5])
    assert chart.segments[1].limits is not None
    assert chart.segments[1].limits.mean == pytest.approx(176 / 12)
    assert chart.points[-1].limits == chart.segments[1].limits
    assert chart.points[-1].signal is None


def test_after_a_change_of_definition_nothing_is_judged_until_it_has_twelve_weeks() -> None:
    """The old limits say nothing of values that mean something else; rows end there as well."""
    values = [*STEADY, *[11.0] * 7, *[100.0, 102.0] * 6, 200.0]
    chart = xmr(values, starts=[19])
    assert [segment.start for segment in chart.segments] == [0, 19]
    assert all(point.limits is None and point.signal is None for point in chart.points[19:31])
    assert chart.points[31].signal == Signal("outside", "above", 1)
    assert sentence(xmr(values[:22], starts=[19])) == "too early to say (2 of 12 earlier weeks)"


WEEKS = st.lists(st.one_of(st.integers(0, 20).map(float), st.just(nan)), max_size=60)


@given(WEEKS, st.sets(st.integers(0, 60), max_size=2), st.integers(0, 60))
def test_no_later_week_changes_what_was_reported_of_an_earlier_one(
    values: list[float], starts: set[int], week: int
) -> None:
    then, now = xmr(values[:week], starts, 0.0), xmr(values, starts, 0.0)
    assert [point.signal for point in then.points] == [p.signal for p in now.points[:week]]
    assert [point.limits for point in then.points] == [p.limits for p in now.points[:week]]


@given(WEEKS)
def test_signals_do_not_depend_on_the_unit_and_mirror_with_the_values(values: list[float]) -> None:
    """Cents instead of euros, above another zero, turned upside down: the same weeks stand out."""
    mirrored = xmr([7000.0 - 100.0 * value for value in values])
    sides: dict[Side, Side] = {"above": "below", "below": "above"}
    assert [p.signal for p in mirrored.points] == [
        p.signal and Signal(p.signal.rule, sides[p.signal.side], p.signal.in_a_row)
        for p in xmr(values).points
    ]


@given(WEEKS)
def test_a_chart_has_a_point_per_week_and_a_sentence(values: list[float]) -> None:
    chart = xmr(values, lowest=0.0)
    assert len(chart.points) == len(values)
    assert not any(point.signal for point in chart.points if isnan(point.value))
    assert sentence(chart)


MONDAY = "2026-11-23"  # the week from Monday the 16th is over


def frame_of(facts: Facts, key: str = "leads", **question: Any) -> WeeklyFrame:
    return weekly_frame(facts, [key], **question)[key]


def leads_on(counts: dict[str, int], campaign_id: str | None = None) -> list[Row]:
    return [
        lead(f"{campaign_id} {day} {n}", day, campaign_id)
        for day, count in counts.items()
        for n in range(count)
    ]


def every_monday(counts: list[int], last: str = "2026-11-16") -> dict[str, int]:
    """One count a week, on its Monday; the last one in the week of ``last``."""
    mondays = [date.fromisoformat(last) - timedelta(weeks=n) for n in range(len(counts))]
    return {day.isoformat(): count for day, count in zip(mondays[::-1], counts, strict=True)}


def test_the_last_week_is_a_signal_when_it_leaves_the_range_of_the_weeks_before() -> None:
    """Twelve weeks of 2 and 4: mean 3, mean moving range 2: 3 ± 5.32, and a count has no limit
    below zero. 8 is within, 9 is not."""
    weeks = [2, 4] * 6
    usual = frame_of(facts_of(as_of=MONDAY, leads=leads_on(every_monday([*weeks, 8]))))
    assert usual.usual_range == "within its usual range (0–8)"
    assert usual.signal is None
    unusual = frame_of(facts_of(as_of=MONDAY, leads=leads_on(every_monday([*weeks, 9]))))
    assert unusual.usual_range == "above its usual range (0–8)"
    assert unusual.signal == Signal("outside", "above", 1)
    assert unusual.chart is not None
    assert len(unusual.chart.points) == len(unusual.history)
    assert str(unusual.history[-1].start) == "2026-11-16"


def test_weeks_before_the_selection_began_are_none_to_judge_by() -> None:
    """Others have leads since January. A campaign that began eleven weeks ago, on a Monday, has
    had ten weeks before this one; read as zeros, the many before would make any week a signal."""
    others = leads_on(every_monday([5] * 45), "seo")
    leads = others + leads_on(every_monday([2, 4] * 5 + [9]), "ads")
    facts = facts_of(as_of=MONDAY, leads=leads)
    frame = frame_of(facts, where={"campaign": ["ads"]})
    assert frame.usual_range == "too early to say (10 of 12 earlier weeks)"
    assert frame_of(facts).usual_range == "above its usual range (5–5)"


def test_a_first_week_that_was_cut_is_none_to_judge_by() -> None:
    """Recording began on a Wednesday: of 13 weeks 12 are whole, and 11 lie before the last one."""
    counts = every_monday([2, 4] * 6)
    facts = facts_of(as_of=MONDAY, leads=leads_on({"2026-08-26": 1} | counts))
    assert frame_of(facts).usual_range == "too early to say (11 of 12 earlier weeks)"


def test_a_cohorts_usual_range_is_reported_at_the_age_of_the_last_week() -> None:
    """Each week two leads: one is won the same week, the other four weeks later. Seen today the
    older weeks have 100 %, and the last one's 50 % would be far below them; at its age all have
    50 %."""
    mondays = list(every_monday([1] * 20))
    leads = [lead(f"{name} {day}", day) for day in mondays for name in "ab"]
    soon = [won(f"a {day}", f"a {day}", day) for day in mondays]
    late = [
        won(f"b {day}", f"b {day}", (date.fromisoformat(day) + timedelta(weeks=4)).isoformat())
        for day in mondays
    ]
    frame = frame_of(facts_of(as_of=MONDAY, leads=leads, deals=soon + late), "lead_conversion_rate")
    assert frame.weeks["value"].tolist() == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5]
    assert frame.usual_range == "within its usual range (50.0%–50.0%)"
    assert frame.box.set_index("name")["change"]["week on week"] == 0.0


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        ("2026-10-12", "2026-01-05"),
        ("2026-11-23", "2026-01-05"),
        ("2027-01-04", "2026-01-05"),
        ("2027-01-11", "2026-04-06"),
    ],
)
def test_the_weeks_to_judge_by_begin_with_a_quarter_so_that_limits_stay(
    as_of: str, first: str
) -> None:
    frame = frame_of(facts_of(as_of=as_of, leads=[]))
    assert str(frame.history[0].start) == first
    assert 39 <= len(frame.history) - 1 <= 52


def test_a_change_of_definition_begins_the_usual_range_anew() -> None:
    """Changed on a Thursday three weeks before the last one: its week and two more lie before."""
    counts = every_monday([2, 4] * 8)
    facts = facts_of(as_of=MONDAY, leads=leads_on(counts))
    assert frame_of(facts).usual_range == "within its usual range (0–8)"
    changed = frame_of(facts, changed_on={"leads": [date(2026, 10, 29)]})
    assert changed.usual_range == "too early to say (3 of 12 earlier weeks)"
    for harmless in ({"leads": [date(2026, 11, 23)]}, {"mqls": [date(2026, 10, 29)]}):
        frame = frame_of(facts, changed_on=harmless)
        assert frame.usual_range == "within its usual range (0–8)"


@pytest.mark.parametrize("key", ["clv", "clv_to_cac", "cac_payback_months"])
def test_what_looks_back_over_a_year_has_no_weekly_range(key: str) -> None:
    frame = frame_of(facts_of(as_of=MONDAY, leads=[]), key)
    assert (frame.chart, frame.signal) == (None, None)
    assert frame.usual_range == "looks back over a year: a single week has no usual range"


def test_returns_may_lie_below_zero_and_amounts_may_not() -> None:
    """Each week 100 spent, and 50 or 90 earned: ROI −50 % and −10 %. Mean −30 %, mean moving range
    40 points: −30 % ± 106.4 points. Revenue: 70 ± 2.66 × 40, cut at zero."""
    mondays = list(every_monday([1] * 14))
    facts = facts_of(
        as_of=MONDAY,
        deals=[won(day, None, day, (50.0, 90.0)[n % 2]) for n, day in enumerate(mondays)],
        costs=[cost(day, 100.0) for day in mondays],
    )
    frames = weekly_frame(facts, ["marketing_roi", "revenue"])
    assert frames["marketing_roi"].usual_range == "within its usual range (−136% to 76%)"
    assert frames["revenue"].usual_range == "within its usual range (€0–€176)"


@pytest.mark.parametrize(
    ("side", "better", "is_good"),
    [
        ("above", "up", True),
        ("above", "down", False),
        ("below", "up", False),
        ("below", "down", True),
    ],
)
def test_a_signal_is_good_on_the_side_that_is_better(
    side: Side, better: Literal["up", "down"], is_good: bool
) -> None:
    assert Signal("outside", side, 1).is_good(better) is is_good
