"""The Monday summary, one screen long: goals, last week, why, warning signs, actions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from math import isnan

from kpis.calendar import Period, last_whole, working_days
from kpis.catalogue import CATALOGUE, COHORT_KPI, SEVEN_KEYS
from kpis.change.change_sentence import sentence
from kpis.change.drivers import drivers
from kpis.display import UNDEFINED, change, counted, day_text, days_label, listed, shown
from kpis.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    Paragraph,
    Table,
    bullets_or,
    change_tone,
)
from kpis.goals.forecast import Forecast
from kpis.goals.standing import Standing, by_period, tally, worst_first
from kpis.records import Action
from kpis.scorecard.scorecard import compared
from kpis.scorecard.selection import Facts
from kpis.signs.attention import LEADING_FIRST
from kpis.signs.sign import NO_SIGNS, Sign
from kpis.weeks.frame import WeeklyFrame, weekly_frame

SENTENCES, SIGNS, ACTIONS = 3, 3, 8
"""How many of each at most."""
GOAL_COLUMNS = ("KPI", "So far", "Due", "Status", "Heading for", "Goal", "Needs")
DUE_WITHIN = timedelta(days=7)
NONE_FOUND = Paragraph(NO_SIGNS, "good")
"""What documents say where there is no warning sign."""


def digest(
    facts: Facts,
    *,
    held: Sequence[Standing] = (),
    labels: Mapping[str, str] | None = None,
    found: Sequence[Sign] = (),
    actions: Sequence[Action] = (),
    changed_on: Mapping[str, Collection[date]] | None = None,
    rejected: str = "",
    link: str | None = None,
) -> Document:
    """Return the summary of all campaigns together as of ``facts.as_of``.

    held: the standings of the running periods (kpis.goals.standings). labels: names of campaigns
    for people, by id. found: the warning signs, worst first (kpis.signs.signs). actions: what is
    open. changed_on: per KPI the days from which its values mean something else (see
    kpis.weeks.frame). rejected: what to say of rejected rows (kpis.health.rejected). link: the
    dashboard.
    """
    frames = weekly_frame(facts, SEVEN_KEYS, {}, changed_on=changed_on)
    week = days_label(_last_week(facts))
    return Document(
        title=f"Week {week}: {tally(held)}" if held else f"Week {week}",
        subtitle=f"{facts.company.name}, as of {day_text(facts.as_of)}",
        blocks=(
            *_goal_blocks(held, facts),
            Heading(f"Last week, {week}"),
            _week_table([frames[key] for key in SEVEN_KEYS], facts.company.currency),
            Heading("What changed and why"),
            *_why_blocks(held, frames, facts, labels or {}),
            Heading("Warning signs"),
            *_sign_blocks(found),
            Heading("Actions due by " + day_text(facts.as_of + DUE_WITHIN)),
            *_action_blocks(actions, facts.as_of),
            *([Paragraph(f"Source rows: {rejected}.", "quiet")] if rejected else []),
        ),
        link=link,
    )


def _goal_blocks(held: Sequence[Standing], facts: Facts) -> list[Block]:
    blocks: list[Block] = [Heading("Goals")]
    for period, standings in by_period(held).items():
        done = working_days(period.until(facts.as_of), facts.company)
        of_all = f"working day {done} of {working_days(period, facts.company)}"
        rows = tuple(map(_goal_row, standings))
        blocks += [
            Heading(f"{standings[0].period_name}, {of_all}", level=3),
            Table(GOAL_COLUMNS, rows, numbers=frozenset((1, 2, 4, 5, 6))),
        ]
    if not held:
        blocks.append(Paragraph("No goals were agreed for this month and quarter.", "quiet"))
    return blocks


def _goal_row(one: Standing) -> tuple[Cell, ...]:
    end = one.forecast
    return (
        Cell(one.kpi.short),
        Cell(one.text(one.actual)),
        Cell(one.text(one.due) if one.kpi.additive else ""),
        Cell(one.verdict, one.tone),
        Cell(one.text(end.value) if isinstance(end, Forecast) else ""),
        Cell(one.text(one.target)),
        Cell(one.required_text),
    )


def _week_table(frames: Sequence[WeeklyFrame], currency: str) -> Table:
    rows = []
    for frame in frames:
        value, before = _boxed(frame, "week on week")
        moved = change(frame.kpi, value, before)
        text, is_unusual = _usual(frame)
        tone = change_tone(moved.better) if moved and is_unusual else None
        rows.append(
            (
                Cell(frame.kpi.short),
                Cell(shown(frame.kpi, value, currency)),
                Cell(moved.text if moved else UNDEFINED, tone),
                Cell(text, None if is_unusual else "quiet"),
            )
        )
    columns = ("KPI", "Last week", "Week on week", "Usual?")
    return Table(columns, tuple(rows), numbers=frozenset((1, 2)))


def _boxed(frame: WeeklyFrame, name: str) -> tuple[float, float]:
    """The value and the one before of a row of the weekly box."""
    (row,) = frame.box[frame.box["name"] == name].to_dict("records")
    return float(row["value"]), float(row["before"])


def _usual(frame: WeeklyFrame) -> tuple[str, bool]:
    """Whether the last week is usual, in words; and whether it is known that it is not."""
    if frame.undefined:
        return frame.undefined, False
    if frame.kpi.key == COHORT_KPI and frame.weeks["immature"].iloc[-1]:
        return "its leads are still maturing", False
    if frame.chart is None:
        return "looks back over a year", False
    if frame.signal is None and frame.chart.points[-1].limits:
        return "yes", False
    return frame.usual_range, frame.signal is not None


def _why_blocks(
    held: Sequence[Standing],
    frames: Mapping[str, WeeklyFrame],
    facts: Facts,
    labels: Mapping[str, str],
) -> list[Block]:
    """Why KPIs moved that are unusual, then why those behind a goal did, each once."""
    leading_first = sorted(SEVEN_KEYS, key=LEADING_FIRST.index)
    asked = {key: _last_week(facts) for key in leading_first if _usual(frames[key])[1]}
    for period, standings in by_period(held).items():
        for one in worst_first(standings):
            asked.setdefault(one.kpi.key, period)
    text: list[str] = []
    for key, period in asked.items():
        if len(text) == SENTENCES:
            break
        now, before = compared(period, facts.as_of, facts.company)
        found = drivers(facts, key, now, before)
        if not isnan(found.change):
            days = f"{days_label(period.until(facts.as_of))} against {days_label(before.period)}"
            text.append(f"{sentence(found, labels)} ({days})")
    behind = listed([CATALOGUE[key].short for key in asked])
    without = f"{behind}: undefined in the period before, so there is no change to explain."
    return [bullets_or(text, without if asked else "Nothing is unusual, and no goal is behind.")]


def _sign_blocks(found: Sequence[Sign]) -> list[Block]:
    warnings = [sign.headline for sign in found if sign.tone == "warning"]
    if not warnings:
        return [NONE_FOUND]
    return [Bullets(_first(warnings, SIGNS))]


def _action_blocks(actions: Sequence[Action], as_of: date) -> list[Block]:
    due = sorted(
        (action for action in actions if action.due <= as_of + DUE_WITHIN), key=lambda a: a.due
    )
    return [bullets_or(_first([_action(action, as_of) for action in due], ACTIONS), "None.")]


def _action(action: Action, as_of: date) -> str:
    late = (as_of - action.due).days
    overdue = f", {counted(late, 'day')} overdue" if late > 0 else ""
    return f"{action.owner}: {action.what} (due {day_text(action.due)}{overdue})"


def _first(texts: Sequence[str], count: int) -> tuple[str, ...]:
    """The first texts, and how many more there are."""
    more = len(texts) - count
    return (*texts[:count], *([f"and {more} more"] if more > 0 else []))


def _last_week(facts: Facts) -> Period:
    return last_whole("week", 1, facts.as_of, facts.company)[0]
