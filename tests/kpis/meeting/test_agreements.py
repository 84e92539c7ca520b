"""What both teams agreed on, from settings, records of meetings and earlier definitions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from kpis.definitions import Company, Definitions, Target
from kpis.meeting.agreements import Agreements, agreements, campaign_labels
from kpis.records import AgreedTarget, Meeting
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
