"""All signs together: few wide questions, the worst first, and nothing where nothing is known."""

from dataclasses import fields
from datetime import date
from typing import Any, get_args

import pytest

from kpis.definitions import Definitions, Target
from kpis.display import percent
from kpis.errors import UsageError
from kpis.goals.standings import running_standings
from kpis.records import Action
from kpis.scorecard.selection import Facts
from kpis.signs.sign import MATTERS, Rule, Sign, weight
from kpis.signs.signs import signs
from kpis.signs.thresholds import Thresholds
from tests.small_data import Row, facts_of, lead

SUNDAY = "2026-11-22"
MADE = date(2026, 11, 1)
QUIET = Thresholds(need_target=(), need_owner=())
WARNINGS = [
    *("both_teams_behind", "unsound_data", "late_follow_up", "few_mqls_become_sqls", "bad_fit"),
    *("slow_stage", "definition_changed", "action_overdue", "no_target_or_owner"),
]


def in_trouble() -> Facts:
    """10 MQLs of August, 5 of them a bad fit since, and 20 of 2 November; contacted in December."""
    out = {"disqualified_at": "2026-11-01", "disqualified_reason": "Bad fit"}
    august = {"mql_at": "2026-08-03", "first_contacted_at": "2026-12-01"}
    leads: list[Row] = [lead(f"old {n}", "2026-08-03", "a", **august) for n in range(5)]
    leads += [lead(f"unfit {n}", "2026-08-03", "a", **august, **out) for n in range(5)]
    november = {"mql_at": "2026-11-02", "first_contacted_at": "2026-12-01"}
    leads += [lead(f"new {n}", "2026-11-02", "b", **november) for n in range(20)]
    leads.append(lead("sold", "2026-06-01", "b", mql_at="2026-06-01", sql_at="2026-06-02"))
    return facts_of(as_of=SUNDAY, leads=leads)


ALL: dict[str, Any] = {
    "targets": [Target(kpi=key, period="quarter", value=100.0) for key in ("mqls", "sqls")]
    + [Target(kpi="leads", period="month", value=20.0)],
    "soundness": {"leads": 0.5},
    "definitions_before": Definitions(gross_margin=0.5),
    "actions": [Action(meeting_id=None, made_on=MADE, what="Call", owner="Anna", due=MADE)],
}


def all_signs(facts: Facts) -> list[Sign]:
    return signs(facts, held=running_standings(facts, ALL["targets"]), **ALL)


def test_a_company_without_any_data_lacks_targets_and_owners_and_has_no_other_sign() -> None:
    (sign,) = signs(facts_of(as_of=SUNDAY))
    assert sign.headline == "7 of 7 KPIs have no target and 7 of 7 KPIs have no owner."
    assert signs(facts_of(as_of=SUNDAY), agreed=QUIET) == []


def test_tables_that_are_mapped_and_empty_make_no_sign() -> None:
    assert signs(facts_of(as_of=SUNDAY, leads=[], deals=[], costs=[]), agreed=QUIET) == []


def test_warnings_come_before_good_news_and_the_worst_first() -> None:
    """Leads of the month are 20 of 20 with 6 working days left: that is said last."""
    found = all_signs(in_trouble())
    assert [sign.rule for sign in found] == [*WARNINGS, "target_reached_early"]
    assert [sign.tone for sign in found] == ["warning"] * 9 + ["good"]


def test_of_one_rule_the_sign_that_is_further_beyond_its_line_comes_first() -> None:
    """3 ÷ 2 is half of the line beyond it, 1 ÷ 3 in the weight; 6 ÷ 2 twice, 2 ÷ 3."""
    weights = [weight("bad_fit", value, 2.0) for value in (2.0, 3.0, 6.0)]
    assert weights == pytest.approx([6.0, 6 + 1 / 3, 6 + 2 / 3])
    assert 6.0 < weight("bad_fit", 1.0, 0.0) < 7.0
    assert weight("unusual_week", -3.0, -2.0) == pytest.approx(4 + 1 / 3)


def test_every_rule_has_its_own_place_in_the_order() -> None:
    assert set(MATTERS) == set(get_args(Rule))
    assert len(set(MATTERS.values())) == len(MATTERS)


def test_every_sign_says_its_evidence_its_line_and_where_it_is_explained() -> None:
    for sign in all_signs(in_trouble()):
        sentences = (sign.headline, *sign.evidence, sign.agreed)
        assert all(text.endswith(".") and "  " not in text for text in sentences)
        assert sign.evidence and sign.page in ("this_week", "campaigns", "funnel", "health")
        assert all(
            getattr(sign, field.name) is not None or field.name == "kpi" for field in fields(Sign)
        )


def test_a_selection_has_signs_of_its_own_beside_those_of_the_company() -> None:
    """Campaign b has 20 young MQLs, followed up late; the bad fit is campaign a's. Soundness,
    definitions, targets and owners are everybody's."""
    rules = [sign.rule for sign in signs(in_trouble(), {"campaign": ["b"]}, **ALL)]
    assert rules == [
        *("unsound_data", "late_follow_up", "slow_stage"),
        *("definition_changed", "action_overdue", "no_target_or_owner"),
    ]
    of_a = [sign.rule for sign in signs(in_trouble(), {"campaign": ["a"]}, agreed=QUIET)]
    assert of_a == ["few_mqls_become_sqls", "bad_fit"]


def test_a_campaign_that_nobody_knows_has_no_signs() -> None:
    assert signs(in_trouble(), {"campaign": ["c"]}, agreed=QUIET) == []


def test_an_unknown_dimension_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'campaign'"):
        signs(in_trouble(), {"campain": ["a"]})


@pytest.mark.parametrize(
    ("share", "line", "text"),
    [(0.21, 0.2, "21%"), (0.2004, 0.2, "20.04%"), (0.204, 0.2, "20.4%"), (0.0, 0.25, "0%")],
)
def test_a_share_is_written_so_that_it_differs_from_its_line(
    share: float, line: float, text: str
) -> None:
    assert percent(share, line) == text
