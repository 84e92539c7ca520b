"""Claims about restated figures: what differs, by how much, why, and what cannot be compared."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from math import isnan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.change.restatement import (
    SHOWN,
    EarlierSnapshot,
    Figure,
    Restated,
    Shown,
    restatements,
    shown_figures,
)
from kpis.change.restatement_parts import Part
from kpis.definitions import WEEKDAYS, AttributionModel, Company, Definitions
from kpis.model import Where
from kpis.scorecard.selection import Facts
from tests.kpis.random_data import random_facts, random_tables
from tests.small_data import Row, cost, days, facts_of, lead, won

MEETING, TODAY = "2026-11-16", "2026-11-23"
WEEK = days("2026-11-09", "2026-11-15")


def never(*asked: object) -> Facts:
    raise AssertionError(f"facts were made anew for {asked}")


def kept(then: Facts, **more: object) -> EarlierSnapshot:
    """The snapshot of a meeting whose definitions and model nobody asks otherwise."""

    def under(model: AttributionModel, definitions: Definitions) -> Facts:
        assert (model, definitions) == ("linear", then.definitions)
        return then

    return EarlierSnapshot(
        **{"company": then.company, "definitions": then.definitions, "under": under} | more
    )


def restated(
    then: Facts,
    now: Facts,
    keys: Sequence[str] = ("mqls",),
    where: Where | None = None,
    snapshot: EarlierSnapshot | None = None,
    made_as_of: Callable[[date], Facts] = never,
) -> Restated:
    """What became of some KPIs of the last whole week before the meeting."""
    figures = [f for f in shown_figures(then, where or {}) if f.kpi in keys and f.period == WEEK]
    shown = Shown(tuple(figures), then.as_of, where or {}, "linear")
    return restatements(shown, now, "linear", snapshot or kept(then), made_as_of)


def mqls(*on: str) -> list[Row]:
    return [lead(f"l{n}", "2026-11-02", mql_at=day) for n, day in enumerate(on)]


def test_a_meeting_that_showed_nothing_has_nothing_to_restate() -> None:
    now = facts_of(as_of=TODAY, leads=[lead("a", TODAY)])
    nothing = Shown((), date.fromisoformat(MEETING), {}, "linear")
    assert restatements(nothing, now, "linear", None, never) == Restated()


def test_a_meeting_shows_ten_kpis_of_the_week_the_month_and_the_quarter_so_far() -> None:
    """Of two leads of October and one of 10 November, one is of the week and of the month."""
    created = [
        lead(f"l{n}", day) for n, day in enumerate(("2026-10-05", "2026-10-06", "2026-11-10"))
    ]
    found = shown_figures(facts_of(as_of=MEETING, leads=created), {})
    assert len(found) == 3 * len(SHOWN) == 30
    assert [(f.period, f.value) for f in found if f.kpi == "leads"] == [
        (WEEK, 1.0),
        (days("2026-11-01", MEETING), 1.0),
        (days("2026-10-01", MEETING), 3.0),
    ]
    assert all(isnan(f.value) for f in found if f.kpi == "mqls"), "no MQL dates are mapped"


def test_figures_that_read_the_same_are_counted_not_listed() -> None:
    then = facts_of(as_of=MEETING, leads=mqls("2026-11-10"))
    now = facts_of(as_of=TODAY, leads=mqls("2026-11-10", "2026-11-18"))
    assert restated(then, now, ("mqls", "leads", "cac")) == Restated(unchanged=3)


def test_a_difference_in_digits_that_nobody_was_shown_is_none() -> None:
    """Costs of 1,000 and 1,000.4 per customer both read €1,000."""
    deals, leads = [won("d", "a", "2026-11-10", 5.0)], [lead("a", "2026-11-02")]
    then, now = (
        facts_of(as_of=day, leads=leads, deals=deals, costs=[cost("2026-11-10", amount)])
        for day, amount in ((MEETING, 1000.0), (TODAY, 1000.4))
    )
    assert restated(then, now, ("cac",)).unchanged == 1


def test_a_figure_that_was_summed_in_another_order_reads_as_it_did() -> None:
    """0.5 and three thirds are 1.5 or 1.4999999999999998 by the order of summing, which round to 2
    and 1: nothing was restated, though what is written differs."""
    half, third = 0.5, 1 / 3
    one, other = third + third + third + half, half + third + third + third
    assert (f"{one:.0f}", f"{other:.0f}") == ("2", "1")
    touched: list[Row] = [
        {"lead_id": "l0", "campaign_id": name, "touched_at": "2026-11-09"} for name in ("ads", "x")
    ]
    now = facts_of(
        as_of=MEETING,
        leads=[*mqls("2026-11-10"), {**mqls("2026-11-10", "2026-11-10")[1], "campaign_id": "ads"}],
        touches=touched,
    )
    for was in (one, other):
        meeting = Shown((Figure("mqls", WEEK, was),), now.as_of, {"campaign": ["ads"]}, "linear")
        assert restatements(meeting, now, "linear", None, never) == Restated(unchanged=1)


def test_a_record_that_came_in_late_is_reported_apart_from_the_new_ones() -> None:
    """Of three MQLs added since, one is dated to the week that was shown: +1, not +3."""
    then = facts_of(as_of=MEETING, leads=mqls("2026-11-10", "2026-11-11"))
    now = facts_of(
        as_of=TODAY, leads=mqls("2026-11-10", "2026-11-11", "2026-11-12", "2026-11-18", TODAY)
    )
    (found,) = restated(then, now).changed
    assert found.sentence == "MQLs of 9–15 Nov: 2 shown, 3 now (+1): +1 late data."
    assert found.parts == (Part(("late data",), 1.0),)


def test_a_cohort_that_matured_is_reported_apart_from_deals_that_came_in_late() -> None:
    """Of four leads of the week one is won on the 19th, after the meeting, and one on the 13th, but
    it was entered late: 0 of 4 shown, 2 of 4 now, 25 points each. Called late data, or matured, as
    a whole, it would be 50 points of one."""
    leads = [lead(f"l{n}", "2026-11-10") for n in range(4)]
    late, later = won("1", "l0", "2026-11-13"), won("2", "l1", "2026-11-19")
    then = facts_of(as_of=MEETING, leads=leads, deals=[won("0", None, "2026-01-05")])
    now = facts_of(as_of=TODAY, leads=leads, deals=[late, later])
    # deals.lead_id must be known to both
    then = replace(then, mapped=now.mapped)
    (found,) = restated(then, now, ("lead_conversion_rate",)).changed
    assert found.sentence == (
        "Conversion of 9–15 Nov: 0.0% shown, 50.0% now (+50.0 pts): +25.0 pts late data, "
        "+25.0 pts from leads that have become customers since."
    )
    assert found.parts == (Part(("late data",), 0.25), Part(("since then",), 0.25))


def test_an_mql_whose_time_was_not_up_counts_for_the_follow_up_rate_since_then() -> None:
    """Due within one working day, the MQL of Thursday the 12th was judged from Monday on, that of
    Friday the 13th from Tuesday on. At the meeting, on Monday: 1 of 1. Now 1 of 2, though no record
    changed. With one of the 11th that was entered late and never answered it is 1 of 3 now, and on
    that Monday was 1 of 2."""
    answered = {"first_contacted_at": "2026-11-12"}
    thursday = lead("a", "2026-11-02", mql_at="2026-11-12", **answered)
    friday = lead("b", "2026-11-02", mql_at="2026-11-13")
    then = facts_of(as_of=MEETING, leads=[thursday, friday])
    now = facts_of(as_of=TODAY, leads=[thursday, friday])
    (found,) = restated(then, now, ("follow_up_rate",)).changed
    assert found.sentence == (
        "Follow-up of 9–15 Nov: 100.0% shown, 50.0% now (−50.0 pts): "
        "−50.0 pts from MQLs whose time was up only since."
    )
    missed = lead("c", "2026-11-02", mql_at="2026-11-11")
    (found,) = restated(
        then, facts_of(as_of=TODAY, leads=[thursday, friday, missed]), ("follow_up_rate",)
    ).changed
    assert [part.amount for part in found.parts] == pytest.approx([-1 / 2, 1 / 3 - 1 / 2])


@pytest.mark.parametrize("agreed", [0, 1, 3])
def test_facts_of_today_cut_at_a_day_say_what_facts_made_as_of_it_say(agreed: int) -> None:
    """Whatever day the meeting was on: over a weekend, a holiday, with or without any time."""
    company = Company(holidays=(date(2026, 11, 11),))
    definitions = Definitions(follow_up_working_days=agreed)
    answered = {day: f"2026-11-{day + day % 4:02}" for day in range(2, 16)}
    leads = [
        lead(f"l{day}", "2026-11-01", mql_at=f"2026-11-{day:02}", first_contacted_at=answered[day])
        for day in answered
    ]

    def as_of(day: str) -> Facts:
        return facts_of(as_of=day, leads=leads, definitions=definitions, company=company)

    for day in (11, 13, 15, 16):  # the holiday, Friday, Sunday, Monday
        then = as_of(f"2026-11-{day:02}")
        found = restatements(
            Shown(tuple(shown_figures(then, {})), then.as_of, {}, "linear"),
            as_of("2026-11-30"),
            "linear",
            kept(then),
            never,
        )
        causes = {cause for one in found.changed for part in one.parts for cause in part.causes}
        assert causes <= {"since then"}, day


few = settings(max_examples=5)


@few
@given(st.integers(0, 2**32).map(Random))
def test_so_they_do_for_any_company_and_every_kpi(random: Random) -> None:
    """Without the exceptions named: a stage dated twice, a customer that a deal names, and a deal
    closed before its lead was created."""
    tables, day = random_tables(random), date(2026, 4, 8)
    agreed = Definitions(milestones_from="columns")
    created = {row["lead_id"]: row["created_at"] for row in tables["leads"]}
    tables["deals"] = [
        {name: value for name, value in row.items() if name != "customer_id"}
        for row in tables["deals"]
        if created.get(row.get("lead_id"), "") <= row.get("closed_at", "9999")
    ]
    now, then = random_facts(tables, agreed), random_facts(tables, agreed, as_of=day)
    meeting = Shown(tuple(shown_figures(then, {})), day, {}, "linear")
    found = restatements(meeting, now, "linear", kept(then), never)
    causes = {cause for one in found.changed for part in one.parts for cause in part.causes}
    assert causes <= {"since then"}


def test_a_lead_that_came_after_the_meeting_is_no_late_data_whatever_it_dates_before() -> None:
    """Created on the 18th, MQL on the 10th by mistake: on the 16th there was no such lead."""
    then = facts_of(as_of=MEETING, leads=mqls("2026-11-10"))
    mistaken = lead("later", "2026-11-18", mql_at="2026-11-10")
    now = facts_of(as_of=TODAY, leads=[*mqls("2026-11-10"), mistaken])
    (found,) = restated(then, now).changed
    assert found.sentence == "MQLs of 9–15 Nov: 1 shown, 2 now (+1): +1 since then."


def test_a_lead_of_the_day_of_the_meeting_was_there_then() -> None:
    """a was created on that day, with an earlier MQL date; b came in late: +1. Without a, the
    records of then would hold 1 as well, and a would be new since then."""
    today = lead("a", MEETING, mql_at="2026-11-10")
    late = lead("b", "2026-11-02", mql_at="2026-11-11")
    then, now = facts_of(as_of=MEETING, leads=[today]), facts_of(as_of=TODAY, leads=[today, late])
    (found,) = restated(then, now).changed
    assert found.parts == (Part(("late data",), 1.0),)


def test_under_a_filter_facts_are_made_anew_as_of_the_day_of_the_meeting() -> None:
    """Later touches move credit, and who a payment belongs to: nothing cheaper is exact."""
    leads = [lead(f"l{n}", "2026-11-10", "ads") for n in range(3)]
    then, now = (facts_of(as_of=day, leads=leads[:n]) for day, n in ((MEETING, 2), (TODAY, 3)))
    asked: list[date] = []

    def made_as_of(day: date) -> Facts:
        asked.append(day)
        return facts_of(as_of=MEETING, leads=leads)

    where = {"campaign": ["ads"]}
    (found,) = restated(then, now, ("leads",), where, made_as_of=made_as_of).changed
    assert found.sentence == "Leads of 9–15 Nov: 2 shown, 3 now (+1): +1 late data."
    assert asked == [date(2026, 11, 16)]
    same = facts_of(as_of=TODAY, leads=leads[:2])
    assert restated(then, same, ("leads",), where).unchanged == 1, "asked though nothing changed"


def test_what_became_defined_or_undefined_says_why_without_an_amount() -> None:
    deals = [won("1", "a", "2026-11-12")]
    before, after = (
        facts_of(as_of=day, leads=[lead("a", "2026-11-02")], deals=rows)
        for day, rows in ((MEETING, [won("0", "a", "2026-10-12")]), (TODAY, deals))
    )
    (found,) = restated(before, after, ("sales_cycle_days",)).changed
    assert found.sentence == (
        "Sales cycle of 9–15 Nov: — (no customer with a known cycle was won) shown, 10.0 days now: "
        "late data."
    )
    assert [(part.causes, isnan(part.amount)) for part in found.parts] == [(("late data",), True)]
    back = replace(after, as_of=date.fromisoformat(MEETING))
    (found,) = restated(
        back, replace(before, as_of=date.fromisoformat(TODAY)), ("sales_cycle_days",)
    ).changed
    assert found.sentence == (
        "Sales cycle of 9–15 Nov: 10.0 days shown, — (no customer with a known cycle was won) now: "
        "late data."
    )


def test_without_the_snapshot_only_what_came_since_is_reported_apart() -> None:
    """One of two leads was won on the 19th; that the other was won on the 13th came in late."""
    leads = [lead(f"l{n}", "2026-11-10") for n in range(2)]
    deals = [won("1", "l0", "2026-11-13"), won("2", "l1", "2026-11-19")]
    now = facts_of(as_of=TODAY, leads=leads, deals=deals)
    figures = (Figure("lead_conversion_rate", WEEK, 0.0), Figure("leads", WEEK, 3.0))
    meeting = Shown(figures, date.fromisoformat(MEETING), {}, "linear")
    found = restatements(meeting, now, "linear", None, never)
    assert [one.sentence for one in found.changed] == [
        "Conversion of 9–15 Nov: 0.0% shown, 100.0% now (+100.0 pts): +50.0 pts of unknown cause, "
        "as that meeting's snapshot is no longer kept, +50.0 pts from leads that have become "
        "customers since.",
        "Leads of 9–15 Nov: 3 shown, 2 now (−1): −1 of unknown cause, as that meeting's snapshot "
        "is no longer kept.",
    ]


def test_a_snapshot_that_says_otherwise_than_was_shown_is_another_versions_word() -> None:
    """7 were shown, the very same snapshot says 1 when it is asked again; or, where it is a later
    one of that day, records came in between."""
    then, now = (facts_of(as_of=day, leads=mqls("2026-11-10")) for day in (MEETING, TODAY))
    meeting = Shown((Figure("mqls", WEEK, 7.0),), then.as_of, {}, "linear")
    (found,) = restatements(meeting, now, "linear", kept(then), never).changed
    assert (
        found.sentence == "MQLs of 9–15 Nov: 7 shown, 1 now (−6): −6 another version of Alliance."
    )
    other = kept(then, is_the_same=False, same_sources=False)
    (found,) = restatements(meeting, now, "linear", other, never).changed
    assert found.sentence.endswith("(−6): −6 late data or another mapping.")


@pytest.mark.parametrize(
    ("then", "now", "message"),
    [
        (Company(), Company(currency="USD"), "currency was EUR, now it is USD."),
        (Company(), Company(name="Theirs"), "name was Our company, now it is Theirs."),
        (Company(), Company(time_zone="Asia/Tokyo"), "time zone was UTC, now it is Asia/Tokyo."),
    ],
)
def test_another_currency_company_or_time_zone_is_not_comparable(
    then: Company, now: Company, message: str
) -> None:
    """1,000 euros are no more than 1,100 dollars."""
    facts = [
        facts_of(as_of=day, company=company, leads=mqls("2026-11-10"))
        for day, company in ((MEETING, then), (TODAY, now))
    ]
    assert restated(*facts) == Restated(
        not_comparable=(f"Not comparable: the company's {message}",)
    )


def test_what_else_cannot_be_compared_is_reported() -> None:
    then = facts_of(as_of=MEETING, leads=mqls("2026-11-10"), dimensions=("segment",))
    now = facts_of(as_of=TODAY, leads=mqls("2026-11-10"))
    assert restated(then, now, where={"segment": ["S"]}).not_comparable == (
        "Not comparable: the meeting was filtered by segment, which is no dimension any more.",
    )
    assert restated(now, then).not_comparable == (
        "The report of 16 Nov 2026 is older than the meeting of 23 Nov 2026.",
    )
    gone = Shown((Figure("nps", WEEK, 1.0),), then.as_of, {}, "linear")
    assert restatements(gone, now, "linear", None, never).not_comparable == (
        "Not comparable: there is no KPI 'nps' any more.",
    )


def test_a_predicted_value_and_other_working_days_are_no_late_data() -> None:
    predictive = Definitions(clv_basis="predictive")
    holiday = Company(holidays=(date(2026, 11, 13),))
    leads = [lead("a", "2026-11-02", mql_at="2026-11-12", first_contacted_at="2026-11-16")]
    then = facts_of(as_of=MEETING, leads=leads)
    now = facts_of(as_of=TODAY, leads=leads, company=holiday, definitions=predictive)
    assert restated(then, now, ("clv", "follow_up_rate")).not_comparable == (
        "CLV is not comparable: it is predicted as of the day of a report only.",
        "Follow-up is not comparable: other days are working days now.",
    )


@pytest.mark.parametrize(
    ("holiday", "is_comparable"),
    [("2026-11-08", True), ("2026-11-09", False), (TODAY, False), ("2026-11-24", True)],
)
def test_working_days_matter_from_the_first_day_of_the_period_through_today(
    holiday: str, is_comparable: bool
) -> None:
    """The week began on Monday 9 November, today is Monday the 23rd: another holiday on either
    changes which MQLs are due; one on the Sunday before or tomorrow changes none."""
    company = Company(working_days=WEEKDAYS, holidays=(date.fromisoformat(holiday),))
    leads = [lead("a", "2026-11-02", mql_at="2026-11-12", first_contacted_at="2026-11-16")]
    then = facts_of(as_of=MEETING, leads=leads, company=Company(working_days=WEEKDAYS))
    now = facts_of(as_of=TODAY, leads=leads, company=company)
    assert (restated(then, now, ("follow_up_rate",)).not_comparable == ()) == is_comparable


def test_on_the_day_of_the_meeting_nothing_can_have_come_since() -> None:
    then = facts_of(as_of=MEETING, leads=mqls("2026-11-10"))
    now = facts_of(as_of=MEETING, leads=mqls("2026-11-10", "2026-11-11"))
    (found,) = restated(then, now, where={"campaign": ["(none)"]}).changed
    assert found.parts == (Part(("late data",), 1.0),)
