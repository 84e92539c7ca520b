"""Conversion by created week or month: at each age, and all cohorts at the age of the youngest."""

from dataclasses import replace
from datetime import date
from math import isnan, nan
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.definitions import Company, Definitions
from kpis.errors import UsageError
from kpis.funnel.cohorts import cohorts
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Facts, Window
from tests.kpis.random_data import random_facts, random_tables
from tests.small_data import Row, days, facts_of, lead, touch, won


def rates(frame: pd.DataFrame) -> list[list[float]]:
    """The triangle: per cohort its rates by age."""
    return [rows["rate"].tolist() for _, rows in frame.groupby("start")]


def months() -> dict[str, list[Row]]:
    """Ten leads on the first of January, February and March 2026 each, with their customers by
    days after it:

    ========  ===  ===  ===  ===
    cohort     30   60   90  later
    ========  ===  ===  ===  ===
    January     1    3    4  (1 after 95 days)
    February    2    3
    March       2
    ========  ===  ===  ===  ===
    """
    won_on = {
        "2026-01": ["2026-01-31", "2026-02-01", "2026-03-02", "2026-03-20", "2026-04-06"],
        "2026-02": ["2026-02-10", "2026-03-03", "2026-04-02"],
        "2026-03": ["2026-03-05", "2026-03-31"],
    }
    return {
        "leads": [lead(f"{m}/{n}", f"{m}-01") for m in won_on for n in range(10)],
        "deals": [
            won(f"{m}/{n}", f"{m}/{n}", day) for m in won_on for n, day in enumerate(won_on[m])
        ],
    }


def test_a_triangle_of_months_at_30_60_and_90_days() -> None:
    """As of 6 April January's leads are 95 days old, February's 64, March's 36. January 31 is 30
    days after the 1st, 2 March 60, 1 April 90: 1, 3 and 4 of 10. For February these are 3 March,
    which counts, and 2 April: 2 and 3. For March 31 March: 2."""
    frame = cohorts(facts_of(as_of="2026-04-06", **months()), "month", 3)
    assert frame.columns.tolist() == [
        *("start", "end", "leads", "age_days", "converted", "rate", "is_mature", "immature"),
        "reason",
    ]
    assert frame["age_days"].tolist() == [30, 60, 90] * 3
    assert frame["leads"].tolist() == [10.0] * 9
    january, february, march = rates(frame)
    assert january == pytest.approx([0.1, 0.3, 0.4])
    assert february == pytest.approx([0.2, 0.3, nan], nan_ok=True)
    assert march == pytest.approx([0.2, nan, nan], nan_ok=True)
    unknown = frame[frame["rate"].isna()]
    assert unknown["converted"].isna().all()
    assert unknown["reason"].tolist() == [
        *("not yet 90 days old", "not yet 60 days old", "not yet 90 days old")
    ]
    assert set(frame[frame["rate"].notna()]["reason"]) == {""}


def test_at_equal_age_the_young_cohort_is_not_the_worst() -> None:
    """30 days after their starts 1 of January, 2 of February and 2 of March had converted, of 10
    each. To date it would be 5, 3 and 2, as if conversion were falling."""
    facts = facts_of(as_of="2026-04-06", **months())
    at_30 = cohorts(facts, "month", 3).query("age_days == 30")
    assert at_30["rate"].tolist() == pytest.approx([0.1, 0.2, 0.2])
    to_date = [days("2026-01-01", "2026-01-31"), days("2026-02-01", "2026-02-28")]
    to_date += [days("2026-03-01", "2026-03-31")]
    wrong = scorecard(facts, to_date)["lead_conversion_rate"].tolist()
    assert wrong == pytest.approx([0.5, 0.3, 0.2])


def test_the_rate_is_what_the_scorecard_says_at_that_age() -> None:
    facts = facts_of(as_of="2026-04-06", **months())
    january = days("2026-01-01", "2026-01-31")
    windows = [Window(january, date(2026, 1, 31)), Window(january, date(2026, 3, 2))]
    reported = scorecard(facts, windows)["lead_conversion_rate"].tolist()
    assert rates(cohorts(facts, "month", 3))[0][:2] == pytest.approx(reported)


def test_cohorts_are_cohorts_even_where_conversion_is_by_period() -> None:
    facts = facts_of(as_of="2026-04-06", **months())
    by_period = replace(facts, definitions=Definitions(conversion="period"))
    pd.testing.assert_frame_equal(cohorts(by_period, "month", 3), cohorts(facts, "month", 3))


def weeks(as_of: str) -> Facts:
    """Leads of the weeks from Monday 5 and 12 January 2026, on their Sundays: two and one. Of the
    former, a bought on 12 January, b on the 19th; of the latter, c on the 19th."""
    return facts_of(
        as_of=as_of,
        leads=[lead("a", "2026-01-11"), lead("b", "2026-01-11"), lead("c", "2026-01-18")],
        deals=[
            *(won("1", "a", "2026-01-12"), won("2", "b", "2026-01-19")),
            won("3", "c", "2026-01-19"),
        ],
    )


def test_a_triangle_of_weeks_counts_from_the_first_day_of_the_week() -> None:
    """7 days after Monday the 5th is the 12th, itself included: a. 14 days after, the 19th: b."""
    frame = cohorts(weeks("2026-01-19"), "week", 2)
    assert frame["start"].tolist() == [date(2026, 1, 5)] * 2 + [date(2026, 1, 12)] * 2
    assert frame["end"].tolist() == [date(2026, 1, 11)] * 2 + [date(2026, 1, 18)] * 2
    assert frame["age_days"].tolist() == [7, 14, 7, 14]
    first, second = rates(frame)
    assert first == [0.5, 1.0]
    assert second == pytest.approx([1.0, nan], nan_ok=True)


def test_only_weeks_that_are_over_are_cohorts_and_the_youngest_may_have_no_age_yet() -> None:
    """On Monday the 19th the week of the 12th is over; on Sunday it is none yet. February 2026 is
    over on 1 March and 28 days old."""
    assert cohorts(weeks("2026-01-19"), "week", 1)["start"].tolist() == [date(2026, 1, 12)]
    assert cohorts(weeks("2026-01-18"), "week", 1)["start"].tolist() == [date(2026, 1, 5)]
    february = cohorts(facts_of(as_of="2026-03-01", **months()), "month", 1)
    assert february["start"].tolist() == [date(2026, 2, 1)]
    assert february["reason"].tolist() == ["not yet 30 days old"]


def test_weeks_start_when_the_companys_do() -> None:
    facts = replace(weeks("2026-01-19"), company=Company(week_starts="sunday"))
    frame = cohorts(facts, "week", 1)
    assert frame["start"].tolist() == [date(2026, 1, 11)]
    assert frame["leads"].tolist() == [2.0]


def test_a_leap_february_has_29_days_and_its_age_counts_from_the_first() -> None:
    """30 days after 1 February 2024 is 2 March; in 2023 it was 3 March, which is too late here."""
    facts = facts_of(
        as_of="2024-04-01",
        leads=[lead("a", "2024-02-29"), lead("b", "2024-02-01")],
        deals=[won("1", "a", "2024-03-02"), won("2", "b", "2024-03-03")],
    )
    february = cohorts(facts, "month", 2).iloc[0]
    assert (february["end"], february["leads"]) == (date(2024, 2, 29), 2.0)
    assert (february["age_days"], february["converted"]) == (30, 1.0)


def test_a_cohort_without_leads_has_no_rate_and_says_so() -> None:
    frame = cohorts(facts_of(as_of="2026-04-06", **months()), "month", 4).query("age_days == 30")
    assert frame["start"].iloc[0] == date(2025, 12, 1)
    assert (frame["leads"].iloc[0], frame["converted"].iloc[0]) == (0.0, 0.0)
    assert isnan(frame["rate"].iloc[0])
    assert frame["reason"].tolist() == ["no leads were created", "", "", ""]


def test_no_cohorts_make_no_rows_but_all_columns() -> None:
    frame = cohorts(facts_of(leads=[]), "week", 0)
    assert frame.empty
    assert {"start", "end", "leads", "age_days", "converted", "rate"} <= set(frame.columns)


def test_immature_cohorts_are_marked_and_maturity_is_reported_of_each_age() -> None:
    """A usual cycle of 34 days. As of 6 April March, over for 6 days, is immature; February, over
    since 28 February, for 37 days, is not. At 60 days January's last leads are 30 days old: not
    mature, at 90 they are 60. February's, with fewer days in the month, are 33 at 60."""
    facts = replace(facts_of(as_of="2026-04-06", **months()), usual_cycle_days=34.0)
    frame = cohorts(facts, "month", 3)
    per_cohort = frame.groupby("start")
    assert per_cohort["immature"].unique().map(list).tolist() == [[False], [False], [True]]
    assert per_cohort["is_mature"].agg(list).tolist() == [
        *([False, False, True], [False, False, False], [False, False, False])
    ]
    shorter = cohorts(replace(facts, usual_cycle_days=33.0), "month", 3)
    assert shorter[shorter["start"] == date(2026, 2, 1)]["is_mature"].tolist() == [
        *(False, True, False)
    ]


def test_half_past_eleven_utc_on_the_31st_is_next_months_cohort_in_berlin() -> None:
    """And won at 23:30 UTC on the 30th day after its start is won on the 31st there: too late."""
    tables = {
        "leads": [lead("a", "2026-01-31 23:30"), lead("b", "2026-02-01 00:00")],
        "deals": [won("1", "b", "2026-03-03 23:30")],
    }
    utc = facts_of(as_of="2026-04-01", **tables)
    berlin = facts_of(as_of="2026-04-01", company=Company(time_zone="Europe/Berlin"), **tables)
    for facts, leads, converted in ((utc, [1.0, 1.0], 1.0), (berlin, [0.0, 2.0], 0.0)):
        at_30 = cohorts(facts, "month", 3).query("age_days == 30")
        assert at_30["leads"].tolist()[:2] == leads
        assert at_30["converted"].tolist()[1] == converted


def test_a_campaigns_cohorts_count_its_credit() -> None:
    """ads has half of a, who bought, and all of b, who did not: 0.5 ÷ 1.5 = 1/3. Counting heads it
    would be 1/2."""
    facts = facts_of(
        as_of="2026-03-01",
        leads=[lead("a", "2026-01-05"), lead("b", "2026-01-05", "ads")],
        touches=[touch("a", name, "2026-01-05") for name in ("ads", "mail")],
        deals=[won("1", "a", "2026-01-20")],
    )
    at_30 = cohorts(facts, "month", 2, {"campaign": ["ads"]}).iloc[0]
    assert (at_30["leads"], at_30["converted"]) == (1.5, 0.5)
    assert at_30["rate"] == pytest.approx(1 / 3)


def test_cohorts_of_mqls_and_sqls_count_those_who_skipped_the_stage() -> None:
    """a became MQL and SQL, b SQL alone, c bought at once: three have passed MQL and SQL, where
    dates alone would say 1 and 2. d is none."""
    facts = facts_of(
        as_of="2026-02-01",
        leads=[
            lead("a", "2026-01-01", mql_at="2026-01-02", sql_at="2026-01-03"),
            lead("b", "2026-01-01", sql_at="2026-01-03"),
            *(lead(name, "2026-01-01") for name in "cd"),
        ],
        deals=[won("1", "c", "2026-01-04")],
    )
    for stage, converted in {"mql": 3.0, "sql": 3.0, "customer": 1.0}.items():
        found = cohorts(facts, "month", 1, stage=stage)
        assert found["converted"].tolist() == [converted]
        assert found["rate"].tolist() == [converted / 4]


def test_a_stage_that_is_not_mapped_has_its_reason_at_every_age() -> None:
    facts = facts_of(as_of="2026-04-06", leads=months()["leads"])
    frame = cohorts(facts, "month", 3)
    assert frame["rate"].isna().all() and frame["converted"].isna().all()
    assert set(frame["reason"]) == {"no deals are mapped"}
    assert frame["leads"].tolist() == [10.0] * 9
    assert not frame["is_mature"].any()


def test_an_unknown_stage_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="convert to 'customers'. Did you mean 'customer'?"):
        cohorts(facts_of(leads=[]), "week", 1, stage="customers")
    with pytest.raises(UsageError, match="convert to 'lead'"):
        cohorts(facts_of(leads=[]), "week", 1, stage="lead")


@settings(max_examples=6)
@given(st.integers(0, 2**32).map(Random))
def test_rates_never_fall_with_age_and_campaigns_add_up(random: Random) -> None:
    """The campaigns' converted leads at every age sum to everybody's."""
    facts = random_facts(random_tables(random))
    total = cohorts(facts, "month", 4)
    for _, rows in total.groupby("start"):
        assert (rows["rate"].dropna().diff().dropna() >= -1e-9).all()
    parts = [
        cohorts(facts, "month", 4, {"campaign": [name]})[["leads", "converted"]]
        for name in ("ads", "seo", "fair", "ghost", "(none)")
    ]
    added = sum(parts[1:], parts[0])
    pd.testing.assert_frame_equal(added, total[["leads", "converted"]], rtol=1e-9, atol=1e-9)
