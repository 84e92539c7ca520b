"""Signs of how leads go: behind the goals, followed up late, of low quality, waiting too long."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from kpis.calendar import Period, last_whole, unit_of
from kpis.coverage import missing_measures
from kpis.display import agreed_percent, counted, days_label, is_above, listed, lower_first, percent
from kpis.funnel.funnel import PLURAL, followed
from kpis.funnel.waiting import waiting
from kpis.goals.standing import ON_TRACK_FROM, RULE, Standing, by_period, worst_first
from kpis.model import Where
from kpis.scorecard.daily import as_days
from kpis.scorecard.formulas import Sums, due_follow_ups, kpi_value
from kpis.scorecard.selection import Facts
from kpis.scorecard.undefined import Undefined
from kpis.signs.sign import Sign, weight
from kpis.signs.thresholds import Thresholds

LEAD_GOALS = ("mqls", "sqls")
"""What marketing and what sales is held to."""
COHORT_WEEKS = 13
_FOLLOW_UPS = ("follow_ups_in_time", "follow_ups_late")
_QUALITY = ("leads", "mqls", "accepted_mqls", "disqualified_leads", "bad_fit_leads")
"""The measures that quality is computed from."""


def both_teams_behind(held: Sequence[Standing]) -> list[Sign]:
    """Marketing and sales both behind their lead goals, in the first of the periods.

    held: the standings of the running periods, the shortest first.
    """
    for standings in by_period(held).values():
        behind = worst_first(one for one in standings if one.kpi.key in LEAD_GOALS)
        if len(behind) == len(LEAD_GOALS):
            return [_both_behind(behind)]
    return []


def _both_behind(behind: Sequence[Standing]) -> Sign:
    worst = behind[0]
    in_order = sorted(behind, key=lambda one: LEAD_GOALS.index(one.kpi.key))
    text = " and ".join(f"{one.kpi.short} {lower_first(one.verdict)}" for one in in_order)
    reached = min(worst.attainment or 0.0, ON_TRACK_FROM)
    unit = unit_of(worst.period, worst.company)
    return Sign(
        rule="both_teams_behind",
        tone="warning",
        headline=f"Both teams are behind their lead goals of {worst.period_name}: {text}.",
        evidence=tuple(one.sentence for one in behind),
        agreed=RULE,
        kpi=worst.kpi.key,
        page="this_week",
        explains={"kpi": worst.kpi.key, "period": f"this {unit}"},
        weight=weight("both_teams_behind", reached, ON_TRACK_FROM),
    )


def late_follow_ups(weeks: Mapping[Period, Sums], facts: Facts, agreed: Thresholds) -> list[Sign]:
    """A larger share of the MQLs of some weeks than agreed was not followed up in time.

    weeks: the sums of each (kpis.scorecard.sums.measure_sums).
    """
    sums = {name: sum(week[name] for week in weeks.values()) for name in _FOLLOW_UPS}
    missing = missing_measures(facts.mapped, facts.definitions)
    rate = kpi_value("follow_up_rate", sums, missing, facts.definitions)
    if isinstance(rate, Undefined):
        return []
    share, due = 1.0 - rate, due_follow_ups(sums, facts.definitions)
    line = agreed.max_late_follow_ups
    if is_above(agreed.min_evidence, due) or not is_above(share, line):
        return []
    days = facts.definitions.follow_up_working_days
    within = f"within {counted(days, 'working day')}" if days else "the same day"
    return [
        Sign(
            rule="late_follow_up",
            tone="warning",
            headline=f"{percent(share, line)} of the MQLs of the last {len(weeks)} weeks were not "
            f"followed up in time: {sums['follow_ups_late']:,.0f} of the {due:,.0f} due.",
            evidence=tuple(
                f"{days_label(week)}: {own['follow_ups_late']:,.0f} of "
                f"{due_follow_ups(own, facts.definitions):,.0f} late."
                for week, own in weeks.items()
            ),
            agreed=f"Agreed: at most {agreed_percent(line)} late, due {within} "
            "([signs] max_late_follow_ups).",
            kpi="follow_up_rate",
            page="funnel",
            explains={"kpi": "follow_up_rate"},
            weight=weight("late_follow_up", share, line),
        )
    ]


def low_quality(facts: Facts, agreed: Thresholds, where: Where) -> list[Sign]:
    """Few MQLs became SQLs, or many leads were a bad fit.

    Leads that went straight to SQL say nothing of MQLs, and count on neither side. Figures of the
    leads of 13 whole weeks that were over as many days ago as are agreed on for a lead and an MQL
    together: younger ones may still become SQLs, and are no sign of low quality.
    """
    allowed = agreed.max_days_in_stage
    last_day = facts.as_of - timedelta(days=allowed.lead + allowed.mql)
    weeks = last_whole("week", COHORT_WEEKS, last_day, facts.company)
    cohort = Period(weeks[0].start, weeks[-1].end)
    sums = cohort_sums(facts, cohort, where)
    return _few_accepted(sums, facts, agreed, cohort) + _bad_fit(sums, facts, agreed, cohort)


def cohort_sums(facts: Facts, cohort: Period, where: Where) -> dict[str, float]:
    """What has come of the leads created in the cohort by ``facts.as_of``, by measure.

    Leads, MQLs, MQLs that became SQLs, disqualified leads, and those that were a bad fit.
    """
    daily, horizon = followed(facts, where), as_days([facts.as_of])
    starts, ends = as_days([cohort.start]), as_days([cohort.end])
    return {name: daily[name].cohort_sums(starts, ends, horizon).item() for name in _QUALITY}


def _few_accepted(
    sums: Mapping[str, float], facts: Facts, agreed: Thresholds, cohort: Period
) -> list[Sign]:
    missing = missing_measures(facts.mapped, facts.definitions)
    mqls, accepted, line = sums["mqls"], sums["accepted_mqls"], agreed.min_mql_to_sql
    is_known = not {"mqls", "sqls"} & missing.keys()
    if not is_known or is_above(agreed.min_evidence, mqls) or not is_above(line, accepted / mqls):
        return []
    share = accepted / mqls
    return [
        Sign(
            rule="few_mqls_become_sqls",
            tone="warning",
            headline=f"Only {percent(share, line)} of MQLs become SQLs: "
            f"{accepted:,.0f} of {mqls:,.0f}.",
            evidence=(f"Leads created {days_label(cohort)}, old enough to have become SQLs.",),
            agreed=f"Agreed: at least {agreed_percent(line)} ([signs] min_mql_to_sql).",
            kpi="sqls",
            page="funnel",
            explains={"kpi": "sqls"},
            weight=weight("few_mqls_become_sqls", share, line),
        )
    ]


def _bad_fit(
    sums: Mapping[str, float], facts: Facts, agreed: Thresholds, cohort: Period
) -> list[Sign]:
    """Of all leads created, not of the disqualified: clearing a list is no fall in quality."""
    leads, unfit, line = sums["leads"], sums["bad_fit_leads"], agreed.max_bad_fit
    if is_above(agreed.min_evidence, leads) or not is_above(unfit / leads, line):
        return []
    reasons = " or ".join(f"“{reason}”" for reason in facts.definitions.bad_fit_reasons)
    return [
        Sign(
            rule="bad_fit",
            tone="warning",
            headline=f"{percent(unfit / leads, line)} of leads were a bad fit: "
            f"{unfit:,.0f} of {leads:,.0f}.",
            evidence=(
                f"{sums['disqualified_leads']:,.0f} of the leads created {days_label(cohort)} "
                f"were disqualified, {unfit:,.0f} of them as {reasons}.",
            ),
            agreed=f"Agreed: at most {agreed_percent(line)} of leads ([signs] max_bad_fit).",
            kpi="leads",
            page="funnel",
            explains={"kpi": "leads"},
            weight=weight("bad_fit", unfit / leads, line),
        )
    ]


def slow_stages(facts: Facts, agreed: Thresholds, where: Where) -> list[Sign]:
    """Stages in which too large a share of those waiting does so for longer than agreed: one sign.

    It is headed by the stage with the largest share.
    """
    limits = agreed.max_days_in_stage.by_stage
    frame = waiting(facts, limits, None, where)
    frame = frame[frame["leads"] >= agreed.min_evidence]
    shares = dict(zip(frame["stage"], frame["too_long"] / frame["leads"], strict=True))
    line = agreed.max_waiting_too_long
    slow = [stage for stage in shares if is_above(shares[stage], line)]
    if not slow:
        return []
    slow.sort(key=lambda stage: -shares[stage])
    rows = frame.set_index("stage").loc[slow].to_dict("records")
    shown = [f"{percent(shares[stage], line)} of waiting {PLURAL[stage]}" for stage in slow]
    return [
        Sign(
            rule="slow_stage",
            tone="warning",
            headline=f"{listed(shown)} are past the days agreed.",
            evidence=tuple(
                f"{row['too_long']:,.0f} of {row['leads']:,.0f} {PLURAL[stage]} have waited "
                f"longer than {limits[stage]} days; the median is {row['median_days']:,.0f}."
                for stage, row in zip(slow, rows, strict=True)
            ),
            agreed=f"Agreed: at most {agreed_percent(line)} of those in a stage "
            "([signs] max_days_in_stage, max_waiting_too_long).",
            kpi=None,
            page="funnel",
            explains={},
            weight=weight("slow_stage", shares[slow[0]], line),
        )
    ]
