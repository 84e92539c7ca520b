"""How leads move: what they skip, where they wait, and whether sales answers in time.

Each lead is an owner's only one, so that facts by owner are facts by lead. 9 January 2026 is a
Friday.
"""

from datetime import date, timedelta
from random import Random

import pytest

from kpis.calendar import Period, is_working_day, working_days
from kpis.definitions import WEEKDAYS, Company, Definitions
from kpis.scorecard.selection import Facts
from tests.small_data import Row, card, days, deal, facts_of, lead, stage, won

THU, FRI, SAT, SUN, MON, TUE, WED = (f"2026-01-{day:02}" for day in range(8, 15))
Events = list[tuple[str, float]]


def led(name: str, created_at: str = "2026-01-01", **more: str | None) -> Row:
    return lead(name, created_at, owner=name, **more)


def facts_about(facts: Facts, *measures: str) -> dict[str, Events]:
    """Per lead the days and values of what was measured, in order of time."""
    found: dict[str, Events] = {}
    for row in sorted(facts.table.to_pyarrow().to_pylist(), key=lambda row: row["day"]):
        if row["measure"] in measures:
            found.setdefault(row["owner"], []).append((row["day"].isoformat(), row["value"]))
    return found


def answers(facts: Facts) -> dict[str, str]:
    """Per lead whether it was answered ``in time`` or ``late``; absent where that is still open."""
    in_time = dict.fromkeys(facts_about(facts, "follow_ups_in_time"), "in time")
    late = dict.fromkeys(facts_about(facts, "follow_ups_late"), "late")
    assert not in_time.keys() & late.keys()
    return in_time | late


def standing(facts: Facts) -> dict[str, str]:
    """Per lead the stage that it waits in and since when; absent where it does not wait."""
    found: dict[str, str] = {}
    for name in ("lead", "mql", "sql"):
        for who, (since,) in facts_about(facts, f"waiting_{name}s").items():
            assert who not in found
            found[who] = f"{name} since {since[0]}"
            assert since[1] == 1.0
    return found


# Follow-up


def test_without_mqls_there_is_nothing_to_follow_up() -> None:
    assert answers(facts_of(leads=[])) == {}
    assert answers(facts_of(leads=[led("a", first_contacted_at=FRI)])) == {}


def test_from_friday_to_monday_is_one_working_day() -> None:
    """Due within 1 working day: Friday's by Monday, as are Saturday's and Sunday's; Monday's by
    Tuesday. In calendar days Friday's, answered on Monday, would be 3 days and late."""
    facts = facts_of(
        leads=[
            led("same day", mql_at=FRI, first_contacted_at=FRI),
            led("weekend", mql_at=FRI, first_contacted_at=SUN),
            led("monday", mql_at=FRI, first_contacted_at=f"{MON} 23:59"),
            led("tuesday", mql_at=FRI, first_contacted_at=TUE),
            led("never", mql_at=FRI),
            led("from saturday", mql_at=SAT, first_contacted_at=MON),
            led("from saturday, late", mql_at=SAT, first_contacted_at=TUE),
            led("from sunday", mql_at=SUN, first_contacted_at=MON),
            led("from monday", mql_at=MON, first_contacted_at=TUE),
            led("from monday, late", mql_at=MON, first_contacted_at=WED),
        ]
    )
    late = {"tuesday", "never", "from saturday, late", "from monday, late"}
    assert {who for who, answer in answers(facts).items() if answer == "late"} == late
    assert len(answers(facts)) == 10
    assert set(sum(facts_about(facts, "follow_ups_late").values(), [])) == {
        *((FRI, 1.0), (SAT, 1.0), (MON, 1.0))
    }


def test_while_there_is_time_nobody_is_late() -> None:
    """As of Monday Friday's MQLs may still be answered; as of Tuesday they may not. What happens
    after as_of is no answer yet: b's of Wednesday is late on Tuesday already."""
    leads = [led("a", mql_at=FRI), led("b", mql_at=FRI, first_contacted_at=WED)]
    leads += [led("c", mql_at=MON), led("d", mql_at=WED)]
    assert answers(facts_of(as_of=MON, leads=leads)) == {}
    assert answers(facts_of(as_of=TUE, leads=leads)) == {"a": "late", "b": "late"}


def test_while_there_is_time_nobody_is_in_time_either() -> None:
    """a and c were answered at once, and are told as of Tuesday, as b and d are. With 0 working
    days, Friday's are told as of Monday: on Sunday an answer would still be in time."""
    leads = [led("a", mql_at=FRI, first_contacted_at=FRI), led("b", mql_at=FRI)]
    leads += [led("c", mql_at=SUN, first_contacted_at=SUN), led("d", mql_at=SUN)]
    monday, january = facts_of(as_of=MON, leads=leads), days("2026-01-01", "2026-01-31")
    assert answers(monday) == {}
    assert card(monday, january)["reasons"]["follow_up_rate"] == "no MQL was due yet"
    friday, sunday = {"a": "in time", "b": "late"}, {"c": "in time", "d": "late"}
    assert answers(facts_of(as_of=TUE, leads=leads)) == friday | sunday
    same_day = Definitions(follow_up_working_days=0)
    assert answers(facts_of(as_of=SUN, leads=leads, definitions=same_day)) == {}
    assert answers(facts_of(as_of=MON, leads=leads, definitions=same_day)) == friday


@pytest.mark.parametrize(
    ("day", "due"), [(1, 0), (4, 0), (5, 10), (6, 20), (9, 50), (11, 50), (31, 200)]
)
def test_the_rate_of_a_running_month_is_that_of_the_whole_one(day: int, due: int) -> None:
    """10 MQLs every working day of January, 5 of them answered that day and 5 seven days later: it
    is 50 % from Monday the 5th on. The first are of Thursday the 1st, due on Friday: until Sunday
    the time of none is up. Were answers counted at once, the 5th would say 15 ÷ 20 = 75 %."""
    came = [date(2026, 1, n) for n in range(1, 32)]
    leads = [
        led(f"{mql} {n}", mql_at=str(mql), first_contacted_at=str(mql + timedelta(7 * (n % 2))))
        for mql in came
        if mql.weekday() < 5
        for n in range(10)
    ]
    reported = list(answers(facts_of(as_of=f"2026-01-{day:02}", leads=leads)).values())
    assert len(reported) == due
    assert reported.count("in time") == due / 2


def test_holidays_are_no_working_days_and_count_once_whatever_day_they_fall_on() -> None:
    """Monday is a holiday, named twice; so is Saturday, which was free anyhow. Friday's MQL is due
    on Tuesday. Were Saturday taken off as well, it would be due on Wednesday."""
    company = Company(
        holidays=(date.fromisoformat(MON), date.fromisoformat(SAT), date.fromisoformat(MON))
    )
    facts = facts_of(
        company=company,
        leads=[
            led("tuesday", mql_at=FRI, first_contacted_at=TUE),
            led("wednesday", mql_at=FRI, first_contacted_at=WED),
            led("of the holiday", mql_at=MON, first_contacted_at=TUE),
        ],
    )
    assert answers(facts) == {
        "tuesday": "in time",
        "wednesday": "late",
        "of the holiday": "in time",
    }


def test_a_week_from_sunday_to_thursday_has_its_weekend_on_friday_and_saturday() -> None:
    """Thursday's is due on Sunday, Saturday's too; Sunday's on Monday. A day named twice is one."""
    facts = facts_of(
        company=Company(working_days=("sun", "mon", "tue", "wed", "thu", "thu")),
        leads=[
            led("thursday's", mql_at=THU, first_contacted_at=SUN),
            led("thursday's, late", mql_at=THU, first_contacted_at=MON),
            led("saturday's", mql_at=SAT, first_contacted_at=SUN),
            led("saturday's, late", mql_at=SAT, first_contacted_at=MON),
            led("sunday's", mql_at=SUN, first_contacted_at=MON),
        ],
    )
    late = {"thursday's, late", "saturday's, late"}
    assert {who for who, answer in answers(facts).items() if answer == "late"} == late


def test_on_the_same_day_means_the_next_working_day_for_what_comes_in_on_the_weekend() -> None:
    """0 working days: Friday's is due on Friday and Monday is late; Saturday's, which nobody could
    answer on a working Saturday, is due on Monday."""
    facts = facts_of(
        definitions=Definitions(follow_up_working_days=0),
        company=Company(holidays=(date.fromisoformat(WED),)),
        leads=[
            led("friday's", mql_at=FRI, first_contacted_at=FRI),
            led("friday's, late", mql_at=FRI, first_contacted_at=MON),
            led("saturday's", mql_at=SAT, first_contacted_at=MON),
            led("saturday's, late", mql_at=SAT, first_contacted_at=TUE),
            led("holiday's", mql_at=WED, first_contacted_at="2026-01-15"),
            led("holiday's, late", mql_at=WED, first_contacted_at="2026-01-16"),
        ],
    )
    late = {"friday's, late", "saturday's, late", "holiday's, late"}
    assert {who for who, answer in answers(facts).items() if answer == "late"} == late


def test_contacts_disqualification_and_the_next_stages_are_answers_and_the_first_counts() -> None:
    facts = facts_of(
        leads=[
            led("contacted before", mql_at=FRI, first_contacted_at="2025-11-03"),
            led("called", mql_at=FRI),
            led("called late, too", mql_at=FRI, first_contacted_at=FRI),
            led("disqualified", mql_at=FRI, disqualified_at=MON),
            led("disqualified late", mql_at=FRI, disqualified_at=TUE),
            led("qualified", mql_at=FRI, sql_at=MON),
            led("customer", mql_at=FRI),
        ],
        activities=[
            {"lead_id": "called", "happened_at": MON},
            {"lead_id": "called", "happened_at": WED},
            {"lead_id": "called late, too", "happened_at": WED},
        ],
        deals=[won("1", "customer", MON)],
    )
    late = {"disqualified late"}
    assert {who for who, answer in answers(facts).items() if answer == "late"} == late
    assert len(answers(facts)) == 7


def test_days_are_the_companys_own() -> None:
    """Thursday 23:30 UTC is Friday in Berlin, so it is due on Monday there, on Friday in UTC.
    Monday 23:30 UTC is Tuesday in Berlin: late."""
    leads = [
        led("a", mql_at=f"{THU} 23:30", first_contacted_at=MON),
        led("b", mql_at=f"{THU} 23:30", first_contacted_at=f"{MON} 23:30"),
    ]
    berlin = facts_of(company=Company(time_zone="Europe/Berlin"), leads=leads)
    assert answers(berlin) == {"a": "in time", "b": "late"}
    assert answers(facts_of(leads=leads)) == {"a": "late", "b": "late"}


@pytest.mark.parametrize("agreed", [0, 2])
def test_working_days_are_those_of_the_calendar(agreed: int) -> None:
    """Random weeks, holidays and spans against kpis.calendar, which counts them day by day."""
    random = Random(agreed)
    first = date(2026, 2, 20)
    company = Company(
        working_days=tuple(random.sample(WEEKDAYS, random.randint(3, 6))),
        holidays=tuple(first + timedelta(days=random.randint(0, 40)) for _ in range(9)),
    )
    leads, expected = [], {}
    for n in range(40):
        came = first + timedelta(days=random.randint(0, 20))
        answered = came + timedelta(days=random.randint(0, 30))
        taken = working_days(Period(came, answered), company) - is_working_day(came, company)
        allowed = agreed if is_working_day(came, company) else max(agreed, 1)
        expected[f"l{n}"] = "late" if taken > allowed else "in time"
        leads.append(led(f"l{n}", mql_at=str(came), first_contacted_at=str(answered)))
    definitions = Definitions(follow_up_working_days=agreed)
    assert answers(facts_of(company=company, definitions=definitions, leads=leads)) == expected
    assert set(expected.values()) == {"in time", "late"}


# Stages skipped


def test_a_stage_passed_without_a_date_is_skipped_from_that_day() -> None:
    """b is SQL without having been MQL; c a customer without either; d a customer without SQL."""
    facts = facts_of(
        leads=[
            led("a", mql_at=FRI, sql_at=MON),
            led("b", sql_at=MON),
            led("c"),
            led("d", mql_at=FRI),
            led("e"),
        ],
        deals=[won(who, who, TUE) for who in "abcd"],
    )
    assert facts_about(facts, "skipped_mql") == {"b": [(MON, 1.0)], "c": [(TUE, 1.0)]}
    assert facts_about(facts, "skipped_sql") == {"c": [(TUE, 1.0)], "d": [(TUE, 1.0)]}


def test_stages_of_one_day_are_not_skipped_whatever_the_hour() -> None:
    """a became SQL in the morning and MQL in the evening, and bought at noon."""
    facts = facts_of(
        leads=[led("a", FRI, mql_at=f"{FRI} 20:00", sql_at=f"{FRI} 08:00")],
        deals=[won("1", "a", f"{FRI} 12:00")],
    )
    assert facts_about(facts, "skipped_mql", "skipped_sql") == {}


def test_a_stage_made_up_for_later_is_taken_back_on_that_day() -> None:
    """SQL on Friday, customer on Monday, MQL on Tuesday: skipped from Friday until Tuesday."""
    tables: dict[str, list[Row]] = {
        "leads": [led("a", mql_at=TUE, sql_at=FRI), led("b", sql_at=TUE)],
        "deals": [won("1", "a", MON), won("2", "b", MON)],
    }
    skipped = {"a": [(FRI, 1.0), (TUE, -1.0)], "b": [(MON, 1.0)]}
    assert facts_about(facts_of(**tables), "skipped_mql") == skipped
    assert facts_about(facts_of(**tables), "skipped_sql") == {"b": [(MON, 1.0), (TUE, -1.0)]}
    before = facts_of(as_of=MON, **tables)
    assert facts_about(before, "skipped_mql") == {"a": [(FRI, 1.0)], "b": [(MON, 1.0)]}


def test_a_stage_is_passed_on_the_first_of_the_steps_after_it() -> None:
    """Customer on Friday, SQL on Monday, never MQL: MQL is passed on Friday, SQL until Monday."""
    facts = facts_of(leads=[led("a", sql_at=MON)], deals=[won("1", "a", FRI)])
    assert facts_about(facts, "skipped_mql") == {"a": [(FRI, 1.0)]}
    assert facts_about(facts, "skipped_sql") == {"a": [(FRI, 1.0), (MON, -1.0)]}


# Where leads wait


def test_leads_wait_in_the_furthest_stage_they_have_come_to() -> None:
    """d is an SQL that became MQL only afterwards; as of Monday, e's later date is unknown."""
    facts = facts_of(
        as_of=MON,
        leads=[
            led("a"),
            led("b", mql_at=FRI),
            led("c", mql_at=FRI, sql_at=MON),
            led("d", mql_at=MON, sql_at=FRI),
            led("e", mql_at=FRI, sql_at=TUE),
            led("f", TUE),
        ],
        lead_stages=[stage("a", "mql", TUE)],
    )
    assert standing(facts) == {
        "a": "lead since 2026-01-01",
        "b": f"mql since {FRI}",
        "c": f"sql since {MON}",
        "d": f"sql since {FRI}",
        "e": f"mql since {FRI}",
    }


def test_customers_and_disqualified_leads_wait_no_more_once_they_are() -> None:
    tables: dict[str, list[Row]] = {
        "leads": [led("a", disqualified_at=TUE), led("b", mql_at=FRI), led("c", sql_at=FRI)],
        "deals": [won("1", "b", TUE, paid_at=WED)],
    }
    since = {"a": "lead since 2026-01-01", "b": f"mql since {FRI}", "c": f"sql since {FRI}"}
    assert standing(facts_of(as_of=MON, **tables)) == since
    assert standing(facts_of(as_of=TUE, **tables)) == {"c": f"sql since {FRI}"}
    paid = Definitions(customer_when="paid")
    assert set(standing(facts_of(as_of=TUE, definitions=paid, **tables))) == {"b", "c"}
    assert set(standing(facts_of(as_of=WED, definitions=paid, **tables))) == {"c"}


def test_a_lead_waits_while_a_deal_of_it_is_open() -> None:
    """a has lost its only deal, b one of two; c's is lost on Tuesday, d's without a day; e's second
    deal comes on Tuesday only. f's deal was won for a customer who came through lead g."""
    tables: dict[str, list[Row]] = {
        "leads": [led(who) for who in "abcdefg"],
        "deals": [
            deal("a1", "lost", lead_id="a", closed_at=FRI),
            deal("b1", "lost", lead_id="b", closed_at=FRI),
            deal("b2", "open", lead_id="b"),
            deal("c1", "lost", lead_id="c", closed_at=TUE),
            deal("d1", "lost", lead_id="d"),
            deal("e1", "lost", lead_id="e", closed_at=FRI),
            deal("e2", "open", lead_id="e", created_at=TUE),
            won("f1", "f", MON, customer_id="k"),
            won("g1", "g", FRI, customer_id="k"),
            deal("x", "lost", closed_at=FRI),
        ],
    }
    assert set(standing(facts_of(as_of=MON, **tables))) == {"b", "c"}
    assert set(standing(facts_of(as_of=TUE, **tables))) == {"b", "e"}


def test_a_lead_that_qualified_again_waits_in_its_new_stage() -> None:
    """Out on 9 January, by disqualification or a lost deal, and in a new stage since the 12th: it
    waits there, whether or not another deal is open. On the very day it came into its stage it is
    out, and again once a later deal is lost; a deal lost on an unknown day was lost today."""
    again, both = {"mql_at": MON}, {"mql_at": FRI, "sql_at": MON}
    facts = facts_of(
        leads=[
            led("a", mql_at=FRI, sql_at=MON, disqualified_at=FRI),
            led("b", disqualified_at=FRI, **again),
            led("d", **both),
            led("e", disqualified_at=MON, **again),
            led("i", disqualified_at=TUE, **again),
            *(led(who, **again) for who in "cfghj"),
        ],
        deals=[
            deal("a1", "open", lead_id="a"),
            deal("c1", "lost", lead_id="c", closed_at=FRI),
            deal("d1", "lost", lead_id="d", closed_at=THU),
            deal("d2", "lost", lead_id="d", closed_at=FRI),
            deal("f1", "lost", lead_id="f", closed_at=MON),
            deal("g1", "lost", lead_id="g", closed_at=FRI),
            deal("g2", "lost", lead_id="g", closed_at=TUE),
            deal("h1", "lost", lead_id="h"),
            won("j1", "j", FRI, customer_id="k"),
            won("k1", None, THU, customer_id="k"),
        ],
    )
    sqls, mqls = dict.fromkeys("ad", f"sql since {MON}"), dict.fromkeys("bcj", f"mql since {MON}")
    assert standing(facts) == sqls | mqls


# Disqualified


def test_a_bad_fit_is_known_by_the_reasons_agreed_on_in_any_case() -> None:
    """Disqualified on Tuesday is not yet known on Monday; a reason without a day is nothing."""
    leads = [
        led("a", disqualified_at=FRI, disqualified_reason="bad FIT"),
        led("b", disqualified_at=FRI, disqualified_reason="No budget"),
        led("c", disqualified_at=FRI),
        led("d", disqualified_at=TUE, disqualified_reason="Not a fit"),
        led("e", disqualified_reason="Bad fit"),
    ]
    facts = facts_of(as_of=MON, leads=leads)
    assert set(facts_about(facts, "disqualified_leads")) == {"a", "b", "c"}
    assert set(facts_about(facts, "bad_fit_leads")) == {"a"}
    budget = Definitions(bad_fit_reasons=("no budget",))
    assert set(facts_about(facts_of(definitions=budget, leads=leads), "bad_fit_leads")) == {"b"}
