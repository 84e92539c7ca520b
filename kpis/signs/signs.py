"""Warning signs and good news: every rule asked, the worst first.

Each rule holds what the facts say against a line that both teams agreed on; a value exactly on the
line is no sign yet. What is undefined, not mapped or too little evidence is no sign either.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from kpis.calendar import Period, last_whole
from kpis.catalogue import COHORT_KPI, SEVEN_KEYS
from kpis.definitions import Definitions, Target
from kpis.display import is_above
from kpis.goals.standing import Standing
from kpis.model import Where
from kpis.records import Action
from kpis.scorecard.formulas import Sums, due_follow_ups
from kpis.scorecard.selection import Facts, Window
from kpis.scorecard.sums import measure_sums
from kpis.signs.agreement_signs import (
    definitions_changed,
    overdue_actions,
    unsound_data,
    without_target_or_owner,
)
from kpis.signs.lead_signs import (
    both_teams_behind,
    late_follow_ups,
    low_quality,
    slow_stages,
)
from kpis.signs.sign import Sign, worst_first
from kpis.signs.thresholds import Thresholds
from kpis.signs.week_signs import EVIDENCE_OF, record, targets_reached_early, unusual_week
from kpis.weeks.judged import JudgedWeeks, weeks_judged

FOLLOW_UP_WEEKS = 4
WATCHED = (*SEVEN_KEYS, "leads", "follow_up_rate")
"""The KPIs whose last week is judged."""


def signs(
    facts: Facts,
    where: Where | None = None,
    *,
    targets: Sequence[Target] = (),
    held: Sequence[Standing] = (),
    owners: Mapping[str, str] | None = None,
    agreed: Thresholds | None = None,
    soundness: Mapping[str, float] | None = None,
    definitions_before: Definitions | None = None,
    changed_on: Mapping[str, Collection[date]] | None = None,
    actions: Sequence[Action] = (),
) -> list[Sign]:
    """Return the warning signs as of ``facts.as_of``, worst first, then the good news.

    where: the selection; all else is the company's. held: the selection's standings of the running
        periods, shortest first. owners: KPI → name. soundness: per table the share of sound rows.
        definitions_before: those of the last meeting. changed_on: per KPI the days from which its
        values mean something else (see kpis.weeks.judged).

    Raises UsageError for a dimension that does not exist.
    """
    agreed, where, changed_on = agreed or Thresholds(), where or {}, changed_on or {}
    wanted = [*WATCHED, *EVIDENCE_OF.values()]
    judged = weeks_judged(facts, list(dict.fromkeys(wanted)), where, changed_on)
    weeks = _follow_up_weeks(facts, where)
    return worst_first(
        [
            *both_teams_behind(held),
            *unsound_data(soundness or {}, agreed),
            *late_follow_ups(weeks, facts, agreed),
            *low_quality(facts, agreed, where),
            *slow_stages(facts, agreed, where),
            *definitions_changed(definitions_before, facts.definitions),
            *overdue_actions(actions, facts.as_of, where),
            *without_target_or_owner(targets, owners or {}, agreed, facts.as_of, facts.company),
            *targets_reached_early(held),
            *_of_last_week(facts, agreed, judged, weeks, changed_on),
        ]
    )


def _follow_up_weeks(facts: Facts, where: Where) -> dict[Period, Sums]:
    """The sums of each of the last whole weeks, oldest first."""
    weeks = last_whole("week", FOLLOW_UP_WEEKS, facts.as_of, facts.company)
    sums = measure_sums(facts, [Window(week, facts.as_of) for week in weeks], None, where)
    return {weeks[week]: found for week, _, found in sums.rows()}


def _of_last_week(
    facts: Facts,
    agreed: Thresholds,
    judged: Mapping[str, JudgedWeeks],
    weeks: Mapping[Period, Sums],
    changed_on: Mapping[str, Collection[date]],
) -> list[Sign]:
    """What is unusual about the last week, and its records; a record is not called unusual, too."""
    currency = facts.company.currency
    found = []
    for key in WATCHED:
        if not _is_final(key, judged[key], weeks, facts.definitions):
            continue
        since = max(changed_on.get(key, ()), default=None)
        best = record(key, judged, agreed, currency, since)
        unusual = unusual_week(judged[key], agreed, currency)
        found += best or unusual
    return found


def _is_final(
    key: str, judged: JudgedWeeks, weeks: Mapping[Period, Sums], definitions: Definitions
) -> bool:
    """Whether more days can no longer change much of what the last week says.

    Not while its leads are younger than the usual cycle, or some of its MQLs still have time to be
    followed up: these do not count yet.
    """
    if key == COHORT_KPI:
        return not judged.immature
    last = weeks[max(weeks)]
    return key != "follow_up_rate" or not is_above(last["mqls"], due_follow_ups(last, definitions))
