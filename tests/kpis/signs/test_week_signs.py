"""Signs of last week and of the running periods: what is unusual, records, targets reached early.

As of Monday 23 November 2026; twelve weeks of 9 and 11 in turn have the mean 10 and the mean moving
range 2, so the limits are 10 ± 2.66 × 2 = 4.68 and 15.32.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kpis.definitions import Target
from kpis.goals.standings import running_standings
from kpis.scorecard.selection import Facts
from kpis.signs.sign import Sign
from kpis.signs.signs import signs
from kpis.signs.thresholds import Thresholds
from tests.small_data import Row, facts_of, lead, won

MONDAY = date(2026, 11, 23)
BASELINE = [9, 11] * 6


def mondays(count: int) -> list[date]:
    """The Mondays of the last weeks, oldest first."""
    return [MONDAY - timedelta(weeks=count - n) for n in range(count)]


def weekly_leads(counts: Sequence[int], **dates: str) -> Facts:
    """So many leads in each of the last weeks, created on its Monday, perhaps with more dates."""
    leads: list[Row] = []
    for week, count in zip(mondays(len(counts)), counts, strict=True):
        leads += [lead(f"{week} {n}", week.isoformat(), **dates) for n in range(count)]
    return facts_of(as_of=MONDAY.isoformat(), leads=leads)


def weekly_cycles(days: Sequence[int]) -> Facts:
    """One customer in each of the last weeks, won on its Monday after so many days."""
    leads, deals = [], []
    for week, cycle in zip(mondays(len(days)), days, strict=True):
        leads.append(lead(f"{week}", (week - timedelta(days=cycle)).isoformat()))
        deals.append(won(f"{week}", f"{week}", week.isoformat()))
    return facts_of(as_of=MONDAY.isoformat(), leads=leads, deals=deals)


def reported(facts: Facts, *rules: str, kpi: str = "leads", **lines: Any) -> list[Sign]:
    """What these rules say of a KPI's last week."""
    agreed = Thresholds(need_target=(), need_owner=(), **lines)
    return [s for s in signs(facts, agreed=agreed) if s.rule in rules and s.kpi == kpi]


def unusual(facts: Facts, kpi: str = "leads", **lines: Any) -> Sign | None:
    found = reported(facts, "unusual_week", kpi=kpi, **lines)
    return found[0] if found else None


def test_a_week_above_its_limits_is_good_news_where_up_is_better() -> None:
    sign = unusual(weekly_leads([*BASELINE, 16]))
    assert sign is not None and sign.tone == "good"
    assert sign.headline == "Leads last week: 16, above the usual range of 5–15."
    assert sign.evidence == ("The last weeks: 11, 9, 11, 9, 11, 16.",)
    assert sign.agreed == (
        "Usual range: the mean of 12 weeks ± 2.66 × their mean moving range (XmR, [signs] unusual)."
    )
    assert (sign.page, sign.explains) == ("this_week", {"kpi": "leads", "period": "last week"})


def test_a_week_below_its_limits_is_a_warning_where_up_is_better() -> None:
    sign = unusual(weekly_leads([*BASELINE, 4]))
    assert sign is not None and sign.tone == "warning"
    assert sign.headline == "Leads last week: 4, below the usual range of 5–15."


@pytest.mark.parametrize("value", [15, 5])
def test_a_week_within_its_limits_is_no_sign(value: int) -> None:
    assert unusual(weekly_leads([*BASELINE, value])) is None


def test_eleven_weeks_are_too_early_to_say() -> None:
    assert unusual(weekly_leads([*BASELINE[1:], 40])) is None


@pytest.mark.parametrize(("days", "tone", "side"), [(16, "warning", "above"), (4, "good", "below")])
def test_where_down_is_better_above_is_the_warning(days: int, tone: str, side: str) -> None:
    sign = unusual(weekly_cycles([*BASELINE, days]), "sales_cycle_days")
    assert sign is not None and sign.tone == tone
    assert sign.headline == (
        f"Sales cycle last week: {days}.0 days, {side} the usual range of 4.7 days–15.3 days."
    )


def test_the_eighth_week_in_a_row_on_one_side_is_a_sign_and_the_seventh_is_not() -> None:
    sign = unusual(weekly_leads([*BASELINE, *[9] * 8]))
    assert sign is not None and sign.tone == "warning"
    assert sign.headline == "Leads last week: 9, the eighth week in a row below the mean of 10."
    assert unusual(weekly_leads([*BASELINE, *[9] * 7])) is None


def test_the_third_of_four_weeks_nearer_a_limit_is_a_sign_and_the_second_is_not() -> None:
    """Halfway to the upper limit is 10 + 2.66 = 12.66."""
    sign = unusual(weekly_leads([*BASELINE, 13, 13, 9, 13]))
    assert sign is not None and sign.tone == "good"
    assert sign.headline == (
        "Leads last week: 13; three of the last four weeks were far above the mean of 10."
    )
    assert unusual(weekly_leads([*BASELINE, 13, 9, 9, 13])) is None


def test_a_rule_that_is_not_agreed_on_makes_no_sign() -> None:
    only = ("outside",)
    assert unusual(weekly_leads([*BASELINE, *[9] * 8]), unusual=only) is None
    assert unusual(weekly_leads([*BASELINE, 16]), unusual=only) is not None
    assert unusual(weekly_leads([*BASELINE, 16]), unusual=("eight_in_a_row",)) is None


def test_what_reads_the_same_as_its_limit_is_no_sign() -> None:
    """8 and 12 in turn: mean 10, limit 10 + 2.66 × 4 = 20.64. 21 is above, but reads the same."""
    assert unusual(weekly_leads([*[8, 12] * 6, 21])) is None
    assert unusual(weekly_leads([*[8, 12] * 6, 22])) is not None


def test_the_usual_range_begins_anew_where_values_mean_something_else() -> None:
    facts = weekly_leads([*BASELINE, 16])
    quiet = Thresholds(need_target=(), need_owner=())
    assert signs(facts, agreed=quiet, changed_on={"leads": [mondays(1)[0]]}) == []
    assert signs(facts, agreed=quiet) != []


def test_the_best_of_26_weeks_is_a_record_and_is_not_called_unusual_too() -> None:
    """24 weeks of 10, one of 9, the last 11: that is above its limits, 10 and 10, as well."""
    found = reported(weekly_leads([*[10] * 24, 9, 11]), "record", "unusual_week")
    assert [(s.rule, s.tone, s.headline) for s in found] == [
        ("record", "good", "Leads last week: 11, the best of 26 weeks.")
    ]
    assert found[0].evidence == ("The best before was 10, 2–8 Nov 2026.",)
    assert found[0].agreed == "A record is the best of at least 26 weeks ([signs] record_weeks)."
    assert found[0].explains == {"kpi": "leads", "period": "last week"}


def test_the_best_of_25_weeks_or_as_good_as_one_before_is_no_record() -> None:
    assert not reported(weekly_leads([*[10] * 24, 11]), "record")
    assert reported(weekly_leads([*[10] * 24, 11]), "record", record_weeks=25)
    assert not reported(weekly_leads([11, *[10] * 24, 11]), "record")


def test_a_record_of_few_is_none() -> None:
    """9 are the best of 26 weeks, but fewer than 10."""
    assert not reported(weekly_leads([*[8] * 25, 9]), "record")
    assert reported(weekly_leads([*[8] * 25, 9]), "record", min_evidence=9)


def test_the_shortest_cycle_of_one_customer_is_no_record_and_a_longer_one_never() -> None:
    best = weekly_cycles([*[10] * 25, 9])
    assert not reported(best, "record", kpi="sales_cycle_days")
    (sign,) = reported(best, "record", kpi="sales_cycle_days", min_evidence=1)
    assert sign.headline == "Sales cycle last week: 9.0 days, the best of 26 weeks."
    longer = weekly_cycles([*[10] * 25, 11])
    assert not reported(longer, "record", kpi="sales_cycle_days", min_evidence=1)


def test_a_record_counts_weeks_of_the_same_meaning_only() -> None:
    """26 weeks, the first of which is over the day before the change; with it there are 27. A
    change on its Sunday, too, leaves it among those of the new meaning."""
    facts = weekly_leads([*[10] * 26, 11])
    change = mondays(27)[1]
    agreed = Thresholds(need_target=(), need_owner=())

    def headlines(changed_on: date) -> list[str]:
        found = signs(facts, agreed=agreed, changed_on={"leads": [changed_on]})
        return [s.headline for s in found if s.rule == "record"]

    assert headlines(change) == ["Leads last week: 11, the best of 26 weeks."]
    assert headlines(change - timedelta(days=1)) == ["Leads last week: 11, the best of 27 weeks."]
    assert headlines(change + timedelta(weeks=1)) == []


def weekly_follow_ups(last_week_open: int) -> Facts:
    """26 weeks with 10 MQLs, 5 answered at once; in the last one all 10, beside some on Sunday."""
    leads = []
    for number, week in enumerate(mondays(26)):
        day = week.isoformat()
        for n in range(10):
            is_answered = n < 5 or number == 25
            contacted = day if is_answered else None
            leads.append(lead(f"{day} {n}", day, mql_at=day, first_contacted_at=contacted))
    sunday = "2026-11-22"  # due within a working day: until Monday
    leads += [lead(f"open {n}", sunday, mql_at=sunday) for n in range(last_week_open)]
    return facts_of(as_of=MONDAY.isoformat(), leads=leads)


def test_follow_ups_are_judged_when_all_of_them_are_due() -> None:
    """100 % of the 10 due is a record, but not while an eleventh MQL still has time."""
    (sign,) = reported(weekly_follow_ups(0), "record", kpi="follow_up_rate")
    assert sign.headline == "Follow-up last week: 100.0%, the best of 26 weeks."
    assert not reported(weekly_follow_ups(1), "record", "unusual_week", kpi="follow_up_rate")


def test_a_conversion_that_is_still_maturing_is_no_sign() -> None:
    """One of last week's 10 leads is won at once, none before: a record, were cycles not of 42
    days."""
    leads = [lead(f"{week} {n}", week.isoformat()) for week in mondays(26) for n in range(10)]
    last = mondays(1)[0].isoformat()
    facts = facts_of(as_of=MONDAY.isoformat(), leads=leads, deals=[won("1", f"{last} 0", last)])
    assert reported(facts, "record", kpi="lead_conversion_rate")
    young = replace(facts, usual_cycle_days=42.0)
    assert not reported(young, "record", "unusual_week", kpi="lead_conversion_rate")


def early(as_of: str, count: int, value: float = 20.0, kpi: str = "leads") -> list[Sign]:
    """The targets reached early, of so many leads on 2 November."""
    leads = [lead(str(n), "2026-11-02", mql_at="2026-11-02") for n in range(count)]
    facts = facts_of(as_of=as_of, leads=leads)
    targets = [Target(kpi=kpi, period="month", value=value)]
    held = running_standings(facts, targets)
    return [s for s in signs(facts, held=held) if s.rule == "target_reached_early"]


def test_a_target_reached_before_the_last_working_day_is_good_news() -> None:
    """On Sunday the 22nd 6 of November's 21 working days are left; 20 × 15 ÷ 21 = 14.3 were due."""
    (sign,) = early("2026-11-22", 20)
    assert sign.tone == "good"
    assert sign.headline == (
        "Leads reached the goal of November 2026 early: 20 of 20, with 6 working days left."
    )
    assert sign.evidence == ("14 were due by today.",)
    assert sign.agreed == "The goal is 20 ([[targets]])."
    assert (sign.kpi, sign.page) == ("leads", "this_week")
    assert sign.explains == {"kpi": "leads", "period": "this month"}


def test_a_target_missed_by_one_or_reached_on_the_last_working_day_is_not_early() -> None:
    assert early("2026-11-22", 19) == []
    assert early("2026-11-30", 20) == []
    (sign,) = early("2026-11-29", 20)
    assert sign.headline.endswith("20 of 20, with 1 working day left.")


def test_a_ratio_or_a_target_of_nothing_is_not_reached_early() -> None:
    assert early("2026-11-22", 20, value=0.0) == []
    assert early("2026-11-22", 20, value=0.0, kpi="lead_conversion_rate") == []
