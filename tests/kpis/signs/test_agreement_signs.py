"""Signs of what was agreed and is not kept: targets, owners, data health, definitions, actions."""

from datetime import date
from typing import Any

from kpis.catalogue import SEVEN_KEYS
from kpis.definitions import Company, Definitions, Target
from kpis.records import Action
from kpis.signs.agreement_signs import (
    definitions_changed,
    overdue_actions,
    unsound_data,
    without_target_or_owner,
)
from kpis.signs.sign import Sign
from kpis.signs.thresholds import Thresholds

TODAY = date(2026, 11, 22)
OWNERS = dict.fromkeys(SEVEN_KEYS, "Mia")
TARGETS = tuple(Target(kpi=key, period="month", value=1.0) for key in SEVEN_KEYS)


def missing(
    targets: tuple[Target, ...] = TARGETS,
    owners: dict[str, str] | None = None,
    company: Company | None = None,
    **lines: Any,
) -> list[Sign]:
    """What is said of KPIs without a target or an owner; by default all have both."""
    owners = OWNERS if owners is None else owners
    return without_target_or_owner(
        targets, owners, Thresholds(**lines), TODAY, company or Company()
    )


def test_where_nothing_was_agreed_every_target_and_owner_is_missing_in_one_sign() -> None:
    (sign,) = missing(targets=(), owners={})
    assert sign.headline == "7 of 7 KPIs have no target and 7 of 7 KPIs have no owner."
    assert sign.evidence[0].startswith("No target: Marketing-qualified leads, Sales-qualified le")
    assert sign.evidence[1].startswith("No owner: Marketing-qualified leads, Sales-qualified lea")
    assert sign.tone == "warning" and "[owners]" in sign.agreed and "[[targets]]" in sign.agreed


def test_where_every_kpi_has_both_nothing_is_reported() -> None:
    assert missing() == []


def test_kpis_without_a_target_or_an_owner_are_listed() -> None:
    (sign,) = missing(owners={key: name for key, name in OWNERS.items() if key != "clv"})
    assert sign.headline == "1 of 7 KPIs has no owner."
    assert sign.evidence == ("No owner: Customer lifetime value.",)
    assert (sign.kpi, sign.page, sign.explains) == ("clv", "this_week", {"kpi": "clv"})
    (sign,) = missing(targets=TARGETS[:5])
    assert sign.headline == "2 of 7 KPIs have no target."
    assert sign.evidence == ("No target: Customer lifetime value, Marketing ROI.",)


def test_a_target_counts_for_a_period_that_runs_and_for_the_whole_company() -> None:
    """The fiscal year from July, which ends in 2027, names this quarter 2027-Q2; 2026-Q4 was that
    from April 2026."""

    def has(period: str, company: Company | None = None, campaign: str | None = None) -> bool:
        only = Target(kpi="mqls", period=period, value=1.0, campaign=campaign)
        return missing((only,), company=company, need_target=("mqls",)) == []

    assert has("month") and has("quarter") and has("year")
    assert has("2026-11") and has("2026-Q4") and has("2026")
    assert not has("2026-10") and not has("2027-Q4") and not has("2025")
    assert not has("month", campaign="c1")
    july = Company(fiscal_year_starts=7)
    assert has("2027-Q2", july) and not has("2026-Q4", july)


def test_which_kpis_need_a_target_and_an_owner_is_a_setting() -> None:
    assert missing(targets=(), owners={}, need_target=(), need_owner=()) == []
    (sign,) = missing(targets=(), owners={}, need_target=("leads", "cac"), need_owner=("revenue",))
    assert sign.headline == "2 of 2 KPIs have no target and 1 of 1 KPIs has no owner."
    assert sign.evidence == (
        "No target: Leads, Customer acquisition cost.",
        "No owner: Revenue won.",
    )


def test_a_table_below_the_agreed_line_is_a_sign_and_one_on_it_is_not() -> None:
    (sign,) = unsound_data({"leads": 0.95, "deals": 0.9496, "costs": 1.0}, Thresholds())
    assert sign.headline == "Only 94.96% of the rows of deals are sound."
    assert sign.evidence == ("deals: 94.96% sound.",)
    assert sign.agreed == "Agreed: at least 95% of each table ([signs] min_sound_rows)."
    assert (sign.tone, sign.page) == ("warning", "health")
    assert unsound_data({"leads": 0.95}, Thresholds()) == []
    assert unsound_data({"leads": 0.95}, Thresholds(min_sound_rows=0.96)) != []


def test_several_unsound_tables_are_one_sign_with_the_worst_first() -> None:
    (sign,) = unsound_data({"leads": 0.9, "deals": 0.5, "costs": 0.8}, Thresholds())
    assert (
        sign.headline
        == "Only 50% of the rows of deals are sound; 2 more tables are below the line, too."
    )
    assert sign.evidence == ("deals: 50% sound.", "costs: 80% sound.", "leads: 90% sound.")


def test_where_soundness_is_unknown_nothing_is_reported() -> None:
    assert unsound_data({}, Thresholds()) == []
    assert unsound_data({"leads": float("nan")}, Thresholds()) == []


def test_a_definition_that_changed_is_shown_from_what_to_what() -> None:
    (sign,) = definitions_changed(Definitions(customer_when="paid"), Definitions())
    assert sign.headline == (
        "A definition changed since the last meeting: customer_when. Compare with care."
    )
    assert sign.evidence == (
        "A customer counts when the deal is booked. At the last meeting: A customer counts when "
        "the deal is paid.",
    )
    assert sign.agreed == "Agreed: the definitions of the last meeting ([definitions])."


def test_several_definitions_that_changed_are_one_sign() -> None:
    before = Definitions(gross_margin=0.8, bad_fit_reasons=("a", "b"), conversion="period")
    (sign,) = definitions_changed(before, Definitions(bad_fit_reasons=()))
    assert sign.headline == (
        "3 definitions changed since the last meeting: conversion, gross_margin and "
        "bad_fit_reasons. Compare with care."
    )
    assert sign.evidence[1:] == (
        "Lifetime value and ROI count 100% of revenue. At the last meeting: Lifetime value and ROI "
        "count 80% of revenue.",
        "Reasons for a bad fit: none. At the last meeting: Reasons for a bad fit: a, b.",
    )


def test_the_same_definitions_or_no_meeting_before_are_no_change() -> None:
    assert definitions_changed(Definitions(), Definitions()) == []
    assert definitions_changed(None, Definitions()) == []


def action(what: str, due: str, **more: Any) -> Action:
    day = date.fromisoformat(due)
    return Action(meeting_id=None, made_on=day, what=what, owner="Anna", due=day, **more)


def test_an_action_is_overdue_on_the_day_after_its_date() -> None:
    (sign,) = overdue_actions([action("Fix the form", "2026-11-21", kpi="mqls")], TODAY, {})
    assert sign.headline == (
        "An open action is past its date: “Fix the form” (Anna, due 21 Nov 2026)."
    )
    assert sign.evidence == ("“Fix the form”: Anna, due 21 Nov 2026, 1 day ago.",)
    assert (sign.kpi, sign.page, sign.explains) == ("mqls", "this_week", {"kpi": "mqls"})
    assert overdue_actions([action("Fix the form", "2026-11-22")], TODAY, {}) == []
    assert overdue_actions([], TODAY, {}) == []


def test_several_overdue_actions_are_one_sign_with_the_oldest_first() -> None:
    actions = [action("Call back", "2026-11-20"), action("Fix the form", "2026-11-02")]
    (sign,) = overdue_actions([*actions, action("Later", "2026-12-01")], TODAY, {})
    assert sign.headline == (
        "2 open actions are past their date, first of all “Fix the form” (Anna, due 2 Nov 2026)."
    )
    assert sign.evidence == (
        "“Fix the form”: Anna, due 2 Nov 2026, 20 days ago.",
        "“Call back”: Anna, due 20 Nov 2026, 2 days ago.",
    )


def test_actions_of_campaigns_that_are_filtered_out_are_not_listed() -> None:
    late = [action("a", "2026-11-01", campaign="c1"), action("b", "2026-11-02")]
    other = {"campaign": ["c2"]}
    assert overdue_actions(late[:1], TODAY, other) == []
    (sign,) = overdue_actions(late, TODAY, other)
    assert sign.evidence == ("“b”: Anna, due 2 Nov 2026, 20 days ago.",)
    (sign,) = overdue_actions(late, TODAY, {"campaign": ["c1"]})
    assert len(sign.evidence) == 2
