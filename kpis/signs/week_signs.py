"""Signs of last week and of the running periods: unusual values, records, targets reached early."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from math import isnan

from kpis.calendar import Period, unit_of
from kpis.display import days_label, is_above, shown
from kpis.goals.standing import Standing
from kpis.signs.sign import Sign, weight
from kpis.signs.thresholds import Thresholds
from kpis.weeks.judged import JudgedWeeks
from kpis.weeks.xmr import BASELINE, SCALE

LAST_WEEK = "last week"
LATEST = 6
"""How many weeks a sign of an unusual one names."""
EVIDENCE_OF = {
    "mqls": "mqls",
    "sqls": "sqls",
    "leads": "leads",
    "follow_up_rate": "mqls",
    "lead_conversion_rate": "leads",
    "sales_cycle_days": "new_customers",
}
"""KPIs whose weeks can be compared for a record, and the KPI that counts what they are made of.

A week's costs are often booked later, so a week of low CAC or high ROI is none.
"""
_IN_A_ROW = {8: "eighth", 9: "ninth", 10: "tenth", 11: "eleventh", 12: "twelfth"}


def unusual_week(weeks: JudgedWeeks, agreed: Thresholds, currency: str) -> list[Sign]:
    """Last week's value outside its natural process limits or in a run, for better or worse.

    No sign where the value is written like the limit (or the mean) that it is compared with.
    """
    chart, signal, kpi = weeks.chart, weeks.signal, weeks.kpi
    limits = chart.points[-1].limits if chart else None
    if not chart or not signal or not limits or signal.rule not in agreed.unusual:
        return []
    last, number = chart.points[-1].value, partial(shown, kpi, currency=currency)
    value, mean = number(last), number(limits.mean)
    dash = " to " if limits.lower < 0 else "–"
    usual = f"{number(limits.lower)}{dash}{number(limits.upper)}"
    line, evidence = limits.mean, [f"Usually {usual}."]
    match signal.rule:
        case "outside":
            line = limits.upper if signal.side == "above" else limits.lower
            text, evidence = f", {signal.side} the usual range of {usual}", []
        case "eight_in_a_row":
            week = _IN_A_ROW[signal.in_a_row]
            text = f", the {week} week in a row {signal.side} the mean of {mean}"
        case "three_of_four":
            text = f"; three of the last four weeks were far {signal.side} the mean of {mean}"
    if value == number(line):
        return []
    latest = ", ".join(number(earlier.value) for earlier in chart.points[-LATEST:])
    return [
        Sign(
            rule="unusual_week",
            tone="good" if signal.is_good(kpi.better) else "warning",
            headline=f"{kpi.short} last week: {value}{text}.",
            evidence=(*evidence, f"The last weeks: {latest}."),
            agreed=f"Usual range: the mean of {BASELINE} weeks ± {SCALE} × their mean moving range "
            "(XmR, [signs] unusual).",
            kpi=kpi.key,
            page="this_week",
            explains={"kpi": kpi.key, "period": LAST_WEEK},
            weight=weight("unusual_week", last, line),
        )
    ]


def record(
    key: str,
    judged: Mapping[str, JudgedWeeks],
    agreed: Thresholds,
    currency: str,
    since: date | None = None,
) -> list[Sign]:
    """Last week the best of all known weeks, and better than each: a record, if they are enough.

    judged: the weeks of the KPI and of the one that counts its evidence (see EVIDENCE_OF).
    since: the last day from which values mean something else; earlier weeks do not count.
    """
    weeks = judged[key]
    known = _known_weeks(weeks, since) if key in EVIDENCE_OF else []
    if len(known) < agreed.record_weeks or known[-1][1] != weeks.history[-1]:
        return []
    counted = judged[EVIDENCE_OF[key]].chart
    evidence = counted.points[-1].value if counted else float("nan")
    sign = 1.0 if weeks.kpi.better == "up" else -1.0
    *before, (value, _) = known
    best, week = max(reversed(before), key=lambda earlier: sign * earlier[0])
    texts = [shown(weeks.kpi, number, currency) for number in (value, best)]
    is_best = is_above(sign * value, sign * best) and texts[0] != texts[1]
    if not is_best or not evidence >= agreed.min_evidence:
        return []
    return [
        Sign(
            rule="record",
            tone="good",
            headline=f"{weeks.kpi.short} last week: {texts[0]}, the best of {len(known)} weeks.",
            evidence=(f"The best before was {texts[1]}, {days_label(week)}.",),
            agreed=f"A record is the best of at least {agreed.record_weeks} weeks "
            "([signs] record_weeks).",
            kpi=key,
            page="this_week",
            explains={"kpi": key, "period": LAST_WEEK},
            weight=weight("record", value, best),
        )
    ]


def _known_weeks(weeks: JudgedWeeks, since: date | None) -> list[tuple[float, Period]]:
    """The values of the weeks that have one, oldest first, each with its week."""
    points = weeks.chart.points if weeks.chart else ()
    return [
        (point.value, week)
        for week, point in zip(weeks.history, points, strict=bool(points))
        if not isnan(point.value) and (since is None or week.end >= since)
    ]


def targets_reached_early(held: Sequence[Standing]) -> list[Sign]:
    """Goals of a running period that were reached before its last working day.

    held: the standings of the running periods. Only of what adds up: a ratio is not reached before
    the period is over.
    """
    return [_reached_early(one) for one in held if one.is_reached_early]


def _reached_early(one: Standing) -> Sign:
    return Sign(
        rule="target_reached_early",
        tone="good",
        headline=one.reached_early_text,
        evidence=(f"{one.text(one.due)} were due by today.",),
        agreed=f"The goal is {one.text(one.target)} ([[targets]]).",
        kpi=one.kpi.key,
        page="this_week",
        explains={"kpi": one.kpi.key, "period": f"this {unit_of(one.period, one.company)}"},
        weight=weight("target_reached_early", one.actual, one.target),
    )
