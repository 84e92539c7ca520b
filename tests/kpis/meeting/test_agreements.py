"""What both teams agreed on, from settings, records of meetings and earlier definitions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from kpis.definitions import Company, Definitions, Target
from kpis.meeting.agreements import Agreements, agreements, campaign_labels
from kpis.records import AgreedTarget, Meeting, TableTarget
from kpis.signs.thresholds import Thresholds

FRIDAY = date(2026, 11, 20)
BEFORE, NOW = Definitions(), Definitions(gross_margin=0.5)
TODAYS = Meeting(
    held_on=FRIDAY,
    opened_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
    closed_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
    snapshot="s",
    definitions="d",
    attribution="linear",
)


def agreed(as_of: date = FRIDAY, **more: Any) -> Agreements:
    nothing: dict[str, Any] = {"targets": (), "owners": {}, "thresholds": Thresholds()}
    nothing |= {
        "labels": {},
        "agreed_targets": (),
        "table_targets": (),
        "meetings": (),
        "definitions": (),
    }
    return agreements(as_of, Company(), **nothing | more)


def test_where_nothing_was_agreed_nothing_holds() -> None:
    assert agreed() == Agreements((), {}, Thresholds(), {}, None, {})


def test_a_target_of_a_meeting_wins_and_one_of_a_kpi_that_is_no_more_is_left_out() -> None:
    settings = [Target(kpi=kpi, period="month", value=50.0) for kpi in ("mqls", "sqls")]
    of_meetings = [AgreedTarget(kpi=kpi, period="month", value=80.0) for kpi in ("mqls", "gone")]
    found = agreed(targets=settings, agreed_targets=of_meetings).targets
    assert {target.kpi: target.value for target in found} == {"mqls": 80.0, "sqls": 50.0}


def test_the_definitions_before_are_those_of_the_last_meeting_and_not_of_todays() -> None:
    """The margin changed on the 16th. Without a meeting a week is looked back, to the 13th; one
    closed today is not the last one, from tomorrow on it is."""
    history = [(date(2026, 11, 2), BEFORE), (date(2026, 11, 16), NOW), (FRIDAY, NOW)]
    earlier = replace(TODAYS, held_on=date(2026, 11, 16))
    for as_of, meetings, expected in (
        (FRIDAY, [], BEFORE),
        (FRIDAY, [TODAYS], BEFORE),
        (FRIDAY, [earlier, TODAYS], NOW),
        (date(2026, 11, 21), [TODAYS], NOW),
        (date(2026, 11, 8), [], None),
    ):
        found = agreed(as_of, meetings=meetings, definitions=history)
        assert found.definitions_before == expected, (as_of, meetings)
        assert found.changed_on["clv"] == [date(2026, 11, 16)] and "mqls" not in found.changed_on


def test_campaigns_of_one_name_are_listed_apart_by_their_id() -> None:
    names = {"a": "Fair", "b": "Fair", "c": "Webinar"}
    assert campaign_labels(names, [*names, "d", "(none)"]) == {
        "a": "Fair (a)",
        "b": "Fair (b)",
        "c": "Webinar",
        "d": "d",
        "(none)": "No campaign",
    }


def test_a_meetings_target_wins_over_the_tables_and_the_tables_over_the_settings() -> None:
    """The settings say 50, 60 and 70; the table 80 and 90 for the last two; a meeting 100 for the
    last: 50, 80 and 100 hold. A campaign's and another period's are others, and join them."""
    kpis = ("mqls", "sqls", "cac")
    settings = [
        Target(kpi=k, period="month", value=v)
        for k, v in zip(kpis, (50.0, 60.0, 70.0), strict=True)
    ]
    table = [
        TableTarget(kpi="sqls", period="month", value=80.0),
        TableTarget(kpi="cac", period="month", value=90.0),
        TableTarget(kpi="sqls", period="month", value=8.0, campaign="c1"),
        TableTarget(kpi="sqls", period="2026-11", value=85.0),
        TableTarget(kpi="gone", period="month", value=1.0),
    ]
    meeting = [AgreedTarget(kpi="cac", period="month", value=100.0)]
    found = agreed(targets=settings, table_targets=table, agreed_targets=meeting).targets
    assert [(t.kpi, t.period, t.campaign, t.value) for t in found] == [
        ("mqls", "month", None, 50.0),
        ("sqls", "month", None, 80.0),
        ("cac", "month", None, 100.0),
        ("sqls", "month", "c1", 8.0),
        ("sqls", "2026-11", None, 85.0),
    ]


def test_who_owns_the_running_target_of_the_table_answers_for_its_kpi() -> None:
    """On 20 November 2026: November's owner before every month's and the quarter's; an owner of
    October, of next year or of one campaign answers for none, so the settings' does."""

    def named(kpi: str, period: str, owner: str | None, campaign: str | None = None) -> TableTarget:
        return TableTarget(kpi=kpi, period=period, value=1.0, owner=owner, campaign=campaign)

    table = [
        named("mqls", "2026-Q4", "Quentin"),
        named("mqls", "month", "Mona"),
        named("mqls", "2026-11", "Nora"),
        named("sqls", "month", None),
        named("sqls", "2026-Q4", "Quentin"),
        named("cac", "2026-10", "Otto"),
        named("cac", "2027", "Yara"),
        named("cac", "month", "Carla", "c1"),
    ]
    owners = {"mqls": "Sam", "cac": "Sam", "clv": "Sam"}
    found = agreed(owners=owners, table_targets=table).owners
    assert found == {"mqls": "Nora", "sqls": "Quentin", "cac": "Sam", "clv": "Sam"}
