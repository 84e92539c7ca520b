"""The weekly frame: each cell from its own sums, years before like for like, what is usual."""

from collections import Counter
from dataclasses import replace
from datetime import date
from math import isnan, nan
from typing import Any

import pandas as pd
import pytest

import kpis.weeks.frame
from kpis.catalogue import CATALOGUE
from kpis.definitions import Company, Target
from kpis.errors import UsageError
from kpis.scorecard.selection import Facts
from kpis.weeks.frame import WeeklyFrame, weekly_frame
from tests.small_data import Row, card, cost, days, facts_of, lead, won

MONDAY = "2026-11-23"  # the week from Monday the 16th is over
APRIL = Company(fiscal_year_starts=4)


def leads_on(counts: dict[str, int], campaign_id: str | None = None) -> list[Row]:
    """That many leads on each day, marketing-qualified at once."""
    return [
        lead(f"{campaign_id} {day} {n}", day, campaign_id, mql_at=day)
        for day, count in counts.items()
        for n in range(count)
    ]


def frame_of(facts: Facts, key: str = "leads", **question: Any) -> WeeklyFrame:
    return weekly_frame(facts, [key], **question)[key]


def box_of(frame: WeeklyFrame) -> dict[str, pd.Series]:
    return {row["name"]: row for _, row in frame.box.iterrows()}


def test_a_company_without_any_data_has_a_frame_without_values() -> None:
    """Nothing is mapped: no zero anywhere, and the reason."""
    frames = weekly_frame(facts_of(as_of=MONDAY), list(CATALOGUE))
    assert list(frames) == list(CATALOGUE)
    for frame in frames.values():
        assert (len(frame.weeks), len(frame.months), len(frame.box)) == (6, 12, 6)
        for table in (frame.weeks, frame.months, frame.box):
            assert table[["value", "year_before"]].isna().all(axis=None)
        assert frame.undefined
        assert frame.signal is None
    assert frames["leads"].undefined == "no leads are mapped"
    assert frames["leads"].usual_range == "too early to say (0 of 12 earlier weeks)"


def test_a_table_that_is_mapped_and_empty_counts_zero_and_no_week_is_usual() -> None:
    frame = frame_of(facts_of(as_of=MONDAY, leads=[]))
    assert frame.weeks["value"].tolist() == [0.0] * 6
    assert frame.box["change"].isna().all()
    assert frame.usual_range == "too early to say (0 of 12 earlier weeks)"


def test_no_kpi_asked_is_no_frame_and_an_unknown_one_names_the_nearest() -> None:
    facts = facts_of(as_of=MONDAY, leads=[])
    assert weekly_frame(facts, []) == {}
    with pytest.raises(UsageError, match="Did you mean 'leads'"):
        weekly_frame(facts, ["lead"])


def test_the_frame_holds_the_last_six_whole_weeks_and_twelve_whole_months() -> None:
    """On Sunday the 22nd the week of the 16th still runs, on Monday it is over; November not."""
    sunday, monday = (
        frame_of(facts_of(as_of=day, leads=[])) for day in ("2026-11-22", "2026-11-23")
    )
    assert [str(day) for day in sunday.weeks["end"]][-1] == "2026-11-15"
    assert [str(day) for day in monday.weeks["start"]] == [
        *("2026-10-12", "2026-10-19", "2026-10-26"),
        *("2026-11-02", "2026-11-09", "2026-11-16"),
    ]
    assert str(monday.months["start"].iloc[0]) == "2025-11-01"
    assert str(monday.months["end"].iloc[-1]) == "2026-10-31"


def uneven() -> Facts:
    """October's first week: 1 lead, won at once, cost 100. Its second: 9 leads, none won, 500."""
    return facts_of(
        as_of=MONDAY,
        leads=leads_on({"2026-10-05": 1, "2026-10-12": 9}),
        deals=[won("1", "None 2026-10-05 0", "2026-10-06", 1000.0)],
        costs=[cost("2026-10-05", 100.0), cost("2026-10-12", 500.0)],
    )


def test_a_ratio_is_divided_out_of_the_sums_of_its_own_days() -> None:
    """Conversion 100 % and 0 %: their mean is 50 %, but 1 of October's 10 leads converted. Cost per
    lead 100 and 55.56, 77.78 on average; but 600 ÷ 10 = 60. CAC is undefined in the second week and
    600 in October, not 100."""
    frames = weekly_frame(uneven(), ["lead_conversion_rate", "cost_per_lead", "cac"])
    october = {key: frame.months["value"].iloc[-1] for key, frame in frames.items()}
    assert october == {"lead_conversion_rate": 0.1, "cost_per_lead": 60.0, "cac": 600.0}
    second_week = {key: frame.weeks["value"].iloc[0] for key, frame in frames.items()}
    assert second_week["lead_conversion_rate"] == 0.0
    assert second_week["cost_per_lead"] == pytest.approx(500 / 9)
    assert isnan(second_week["cac"])
    quarter = {key: box_of(frame)["quarter to date"]["value"] for key, frame in frames.items()}
    assert quarter == october


@pytest.mark.parametrize("key", ["leads", "mqls", "lead_conversion_rate", "cac", "marketing_roi"])
def test_every_week_month_and_period_to_date_is_what_the_scorecard_says_of_it(key: str) -> None:
    facts = uneven()
    frame = frame_of(facts, key)
    compared = 0
    for table in (frame.weeks, frame.months, frame.box):
        for _, row in table[table["value"].notna()].iterrows():
            assert row["value"] == card(facts, days(str(row["start"]), str(row["end"])))[key]
            compared += 1
    assert compared >= 3


def test_all_kpis_are_asked_in_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[int] = Counter()
    ask = kpis.weeks.frame.scorecard_rows

    def counted(facts: Facts, windows: list[Any], *rest: Any) -> list[dict[str, Any]]:
        asked[len(windows)] += 1
        return ask(facts, windows, *rest)

    monkeypatch.setattr(kpis.weeks.frame, "scorecard_rows", counted)
    weekly_frame(uneven(), list(CATALOGUE))
    assert asked.total() == 1


def test_a_week_is_held_against_the_one_that_began_364_days_earlier() -> None:
    """Monday 17 to Sunday 23 November 2025, 2 + 4 leads. By date, 16 to 22, it would be 1 + 2."""
    before = {"2025-11-16": 1, "2025-11-17": 2, "2025-11-23": 4, "2025-11-24": 8}
    frame = frame_of(facts_of(as_of=MONDAY, leads=leads_on(before | {"2026-11-16": 9})))
    last = frame.weeks.iloc[-1]
    assert (last["value"], last["year_before"]) == (9.0, 6.0)


def test_a_leap_day_does_not_move_the_weekdays() -> None:
    """26 February to 3 March 2024 against 27 February to 5 March 2023: 2 + 4. By date, 1 + 2."""
    before = {"2023-01-31": 9, "2023-02-26": 1, "2023-02-27": 2, "2023-03-05": 4, "2023-03-06": 8}
    leads = leads_on(before | {"2024-02-29": 5})
    frame = frame_of(facts_of(as_of="2024-04-01", leads=leads))
    week = frame.weeks.iloc[-5]
    assert (str(week["start"]), week["value"], week["year_before"]) == ("2024-02-26", 5.0, 6.0)
    february = frame.months[frame.months["start"] == date(2024, 2, 1)].iloc[0]
    assert (str(february["end"]), february["year_before"]) == ("2024-02-29", 3.0)


def test_after_a_year_of_53_weeks_no_week_is_compared_twice_or_never() -> None:
    """2020 has a week 53, from 28 December. By week numbers the first week of 2021 would meet that
    of 30 December 2019 (32 leads), and week 53 none at all; by weekday it meets 6 January 2020."""
    mondays = ["2019-12-02", "2019-12-09", "2019-12-16", "2019-12-23", "2019-12-30", "2020-01-06"]
    before = {monday: 2 ** (n + 1) for n, monday in enumerate(mondays)}
    frame = frame_of(facts_of(as_of="2021-01-11", leads=leads_on(before)))
    assert str(frame.weeks["start"].iloc[-1]) == "2021-01-04"
    assert frame.weeks["year_before"].tolist() == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0]


def test_the_week_in_which_the_clocks_change_ends_at_its_own_midnight() -> None:
    """On 29 March 2026 Berlin goes to UTC+2: 21:59 UTC is that Sunday still, 22:00 is Monday."""
    leads = [lead("a", "2026-03-29T21:59"), lead("b", "2026-03-29T22:00")]
    leads += [lead("c", "2026-03-29T22:30")]
    berlin = Company(time_zone="Europe/Berlin")
    frame = frame_of(facts_of(as_of="2026-04-06", company=berlin, leads=leads))
    assert frame.weeks["value"].tolist()[-2:] == [1.0, 2.0]


def test_the_box_names_what_it_compares_with() -> None:
    """9 leads last week, 6 the week before (+50 %), 12 a year before (−25 %)."""
    counts = {"2026-11-16": 9, "2026-11-09": 6, "2025-11-17": 12}
    frame = frame_of(facts_of(as_of=MONDAY, leads=leads_on(counts)))
    box = box_of(frame)
    assert list(box) == [
        *("last week", "week on week", "year on year"),
        *("month to date", "quarter to date", "year to date"),
    ]
    columns = ["value", "before", "year_before", "change"]
    assert box["last week"][columns].tolist() == pytest.approx([9, nan, 12, nan], nan_ok=True)
    assert box["week on week"][columns].tolist() == pytest.approx([9, 6, 12, 0.5])
    assert box["year on year"][columns].tolist() == pytest.approx([9, 12, 12, -0.25])


def test_to_date_is_compared_up_to_the_same_working_day_of_the_year_before() -> None:
    """Friday 20 November 2026 is November's 15th working day; in 2025 that is Friday the 21st:
    1 + 2 leads. The quarter's 37th (22 + 15) is the 20th in 2025 (23 + 14), and the year's 232nd
    is a Thursday, the 20th: 1 lead. By date it would be 1 for each of the three."""
    before = {"2024-12-31": 9, "2025-11-20": 1, "2025-11-21": 2, "2025-11-22": 4}
    facts = facts_of(as_of="2026-11-20", leads=leads_on(before | {"2026-11-20": 6}))
    box = box_of(frame_of(facts))
    year_before = {name: box[f"{name} to date"]["year_before"] for name in ("month", "quarter")}
    assert year_before == {"month": 3.0, "quarter": 1.0}
    assert box["year to date"]["year_before"] == 1.0
    assert box["month to date"]["change"] == pytest.approx(1.0)
    assert str(box["month to date"]["end"]) == "2026-11-20"


def test_a_period_that_ends_today_is_compared_whole() -> None:
    """On Saturday 31 October 2026 its 22 working days are over. In 2025 the 22nd is the 30th, but
    the month ends, and so all of that October counts. It is a month that is over a day later."""
    facts = facts_of(
        as_of="2026-11-01", leads=leads_on({"2025-10-01": 1, "2025-10-31": 6, "2026-10-31": 7})
    )
    saturday = frame_of(replace(facts, as_of=date(2026, 10, 31)))
    assert box_of(saturday)["month to date"][["value", "year_before"]].tolist() == [7.0, 7.0]
    assert str(saturday.months["end"].iloc[-1]) == "2026-09-30"
    assert frame_of(facts).months["value"].iloc[-1] == 7.0


def test_before_the_first_working_day_of_a_month_one_day_of_the_year_before_counts() -> None:
    """1 November 2026 is a Sunday: no working day has been. 2025: the 1st alone."""
    before = {"2025-11-01": 1, "2025-11-02": 2, "2025-11-03": 4}
    box = box_of(frame_of(facts_of(as_of="2026-11-01", leads=leads_on(before))))
    assert box["month to date"][["value", "year_before"]].tolist() == [0.0, 1.0]


def test_a_fiscal_year_from_april_begins_its_sums_in_april() -> None:
    """As of 20 May 2026: March belongs to the year that is over, April and May to date 2 + 4. The
    year before to the same working day: 2025's 36th from April is 20 May (22 in April)."""
    counts = {"2026-03-31": 1, "2026-04-01": 2, "2026-05-04": 4}
    before = {"2025-03-31": 1, "2025-04-01": 8, "2025-05-20": 16, "2025-05-21": 32}
    facts = facts_of(as_of="2026-05-20", company=APRIL, leads=leads_on(counts | before))
    box = box_of(frame_of(facts))
    assert box["year to date"][["value", "year_before"]].tolist() == [6.0, 24.0]
    assert box["quarter to date"][["value", "year_before"]].tolist() == [6.0, 24.0]


def test_targets_are_those_of_all_or_of_the_one_campaign_selected() -> None:
    targets = [
        Target(kpi="leads", period="month", value=210.0),
        Target(kpi="leads", period="2026-10", value=300.0),
        Target(kpi="leads", period="month", value=21.0, campaign="ads"),
    ]
    facts = facts_of(as_of=MONDAY, leads=leads_on({"2026-10-05": 1}, "ads"))

    def last_two(where: dict[str, list[str]]) -> list[float]:
        frame = frame_of(facts, where=where, targets=targets)
        assert frame.weeks["target"].isna().all()
        return list(frame.months["target"].tail(2))

    assert last_two({}) == last_two({"campaign": []}) == [210.0, 300.0]
    assert last_two({"campaign": ["ads"]}) == [21.0, 21.0]
    for other in ({"campaign": ["ads", "seo"]}, {"owner": ["Ann"], "campaign": ["ads"]}):
        assert last_two(other) == pytest.approx([nan, nan], nan_ok=True)


def test_conversions_of_the_year_before_count_at_equal_age() -> None:
    """On Monday the last week is 7 days past its start. Of the year before's two leads one was won
    on day 3, the other after 90 days: 1 of 2 at that age, though both have converted since. This
    year's converted not at all: 50 points less. With a usual cycle of 30 days it is too young to
    judge, and so is October, which ended 23 days ago."""
    facts = facts_of(
        as_of=MONDAY,
        leads=[lead(name, "2025-11-17") for name in "ab"] + [lead("c", "2026-11-16")],
        deals=[won("1", "a", "2025-11-20"), won("2", "b", "2026-02-15")],
    )
    frame = frame_of(replace(facts, usual_cycle_days=30.0), "lead_conversion_rate")
    last = box_of(frame)["year on year"]
    assert last[["value", "year_before", "change"]].tolist() == [0.0, 0.5, -0.5]
    assert frame.weeks["immature"].tolist()[-1] is True
    assert frame.months["immature"].tolist() == [False] * 11 + [True]


def test_only_conversion_is_ever_immature() -> None:
    facts = replace(uneven(), usual_cycle_days=30.0)
    assert not frame_of(facts, "leads").weeks["immature"].any()


def test_nothing_was_recorded_before_the_first_and_that_is_not_zero() -> None:
    """Leads are counted since Tuesday 20 October: the week of the 12th and the year before have no
    value, the week of the 26th counted none."""
    facts = facts_of(as_of=MONDAY, leads=leads_on({"2026-10-20": 3, "2026-11-16": 2}))
    frame = frame_of(facts)
    assert frame.weeks["value"].tolist() == pytest.approx([nan, 3, 0, 0, 0, 2], nan_ok=True)
    assert frame.weeks["year_before"].isna().all()
    assert frame.months["value"].tolist() == pytest.approx([nan] * 11 + [3], nan_ok=True)
    assert isnan(box_of(frame)["year on year"]["change"])
    early = frame_of(replace(facts, as_of=date(2026, 10, 18)))
    assert early.undefined == "nothing was recorded before 2026-10-20"


def test_a_year_before_that_was_recorded_in_part_is_none_to_compare_with() -> None:
    """Leads are counted since 9 October 2025, and the quarter began on the 1st: 5 of 9 would be
    +80 % for want of a week. Since the 8th it was recorded from its beginning, as far as can be
    told, but not so the year."""
    late, in_time = (
        box_of(frame_of(facts_of(as_of=MONDAY, leads=leads_on({day: 5, "2026-10-01": 9}))))
        for day in ("2025-10-09", "2025-10-08")
    )
    assert isnan(late["quarter to date"]["year_before"])
    assert isnan(late["quarter to date"]["change"])
    assert in_time["quarter to date"]["change"] == pytest.approx(0.8)
    assert isnan(in_time["year to date"]["year_before"])


def test_a_return_below_zero_that_rises_has_risen() -> None:
    """From −100 % to −50 % is 50 points up; from refunds of 100 to refunds of 50 revenue has risen
    by 50 % of their size, not fallen."""
    spent = [cost("2026-11-09", 100.0), cost("2026-11-16", 100.0)]
    deals = [won("1", None, "2026-11-16", 50.0)]
    roi = box_of(frame_of(facts_of(as_of=MONDAY, deals=deals, costs=spent), "marketing_roi"))
    assert roi["week on week"][["before", "change"]].tolist() == [-1.0, 0.5]
    refunds = [won("1", None, "2026-11-09", -100.0), won("2", None, "2026-11-16", -50.0)]
    revenue = box_of(frame_of(facts_of(as_of=MONDAY, deals=refunds), "revenue"))
    assert revenue["week on week"][["before", "change"]].tolist() == [-100.0, 0.5]


def test_a_selection_without_leads_counts_zero_while_others_have_some() -> None:
    facts = facts_of(as_of=MONDAY, leads=leads_on({"2025-10-01": 3}, "ads"))
    frame = frame_of(facts, where={"campaign": ["seo"]})
    assert frame.weeks["value"].tolist() == [0.0] * 6
    assert frame.usual_range == "too early to say (0 of 12 earlier weeks)"
