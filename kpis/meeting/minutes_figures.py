"""The figures in the minutes: KPIs with their goals, charts, what changed, warning signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpis.calendar import Period
from kpis.catalogue import SEVEN_KEYS
from kpis.change.restatement import Restated
from kpis.definitions import Company
from kpis.display import UNDEFINED, Change, day_text, days_label, period_label, shown
from kpis.document import (
    Block,
    Bullets,
    Cell,
    Figure,
    Heading,
    Paragraph,
    Table,
    bullets_or,
    change_tone,
)
from kpis.goals.closed_period import ClosedPeriod
from kpis.goals.standing import Standing, by_period
from kpis.meeting.digest import NONE_FOUND
from kpis.meeting.wins import Win
from kpis.signs.attention import Attention
from kpis.signs.sign import Sign


@dataclass(frozen=True)
class Moved:
    """A KPI in the period: its value, why it has none, and its change, like for like."""

    value: float
    reason: str | None
    change: Change | None

    @property
    def is_worse(self) -> bool:
        """Whether it changed for the worse."""
        return self.change is not None and self.change.better is False


@dataclass(frozen=True, eq=False)
class Seen:
    """What a meeting sees of its selection.

    days: those of the period up to the day of the report. compared: with what they are compared, in
    words, or why with nothing (then it is not comparable). kpis: leading ones first. moved: by KPI.
    why: KPI → a sentence on what changed it. warnings: the worst first, and wins: the most telling
    first; none of a closed period, which has a review. charts: of the seven. restated: the day of
    the meeting before, and what its figures read now.
    """

    company: Company
    days: Period
    compared: str
    is_comparable: bool
    kpis: Sequence[Attention]
    moved: Mapping[str, Moved]
    why: Mapping[str, str]
    warnings: Sequence[Sign]
    wins: Sequence[Win]
    review: ClosedPeriod | None
    charts: Sequence[Figure]
    restated: tuple[date, Restated] | None

    @property
    def seven(self) -> list[Attention]:
        """The seven KPIs, leading ones first."""
        return [one for one in self.kpis if one.kpi.key in SEVEN_KEYS]

    @property
    def held(self) -> dict[Period, list[Standing]]:
        """The standings of the running month and quarter, or of the period that is over."""
        return by_period(held for one in self.kpis for held in one.held)


def figure_blocks(seen: Seen) -> list[Block]:
    """All that a meeting sees, beneath the summary."""
    wins = tuple(win_text(win) for win in seen.wins)
    return [
        Heading("The seven KPIs"),
        *_kpi_blocks(seen),
        *_review_blocks(seen),
        *((Heading("What went well"), Bullets(wins)) if wins else ()),
        Heading("Six weeks and twelve months"),
        *seen.charts,
        Heading("What changed"),
        _change_block(seen),
        *_sign_blocks(seen),
        *_restated_blocks(seen),
    ]


def win_text(win: Win) -> str:
    """A win in a line: what was won, and what to hold it against."""
    between = " " if win.headline.endswith(".") else " · "
    return between.join(filter(None, (win.headline, win.detail)))


def _kpi_blocks(seen: Seen) -> list[Block]:
    goals = [f"Goal {found[0].period_name}" for found in seen.held.values()]
    columns = ("KPI", days_label(seen.days), "Change", *goals)
    if seen.review is None:
        columns = (*columns, "Last week")
    rows = tuple(_kpi_row(one, seen) for one in seen.seven)
    reasons = ((one.kpi.short, seen.moved[one.kpi.key].reason) for one in seen.seven)
    notes = [f"{seen.compared[:1].upper()}{seen.compared[1:]}."]
    notes += [f"{name}: {reason}." for name, reason in reasons if reason is not None]
    return [Table(columns, rows, numbers=frozenset((1, 2))), Paragraph(" ".join(notes), "quiet")]


def _kpi_row(one: Attention, seen: Seen) -> tuple[Cell, ...]:
    moved, currency = seen.moved[one.kpi.key], seen.company.currency
    held = {standing.period: standing for standing in one.held}
    return (
        Cell(one.kpi.label),
        Cell(shown(one.kpi, moved.value, currency)),
        Cell(moved.change.text, change_tone(moved.change.better))
        if moved.change
        else Cell(UNDEFINED, "quiet"),
        *(_goal_cell(held.get(period)) for period in seen.held),
        *(() if seen.review else (_week_cell(one, currency),)),
    )


def _goal_cell(held: Standing | None) -> Cell:
    if held is None:
        return Cell("no goal", "quiet")
    return Cell(f"{held.verdict}: {held.due_text}", held.tone)


def _week_cell(one: Attention, currency: str) -> Cell:
    """The last whole week, and whether it is usual."""
    (last,) = one.frame.box.loc[one.frame.box["name"] == "last week", "value"]
    value = shown(one.kpi, float(last), currency)
    if one.unusual is not None:
        return Cell(f"{value}, unusual", change_tone(one.unusual.tone == "good"))
    if one.frame.undefined or one.frame.chart is None or not one.frame.chart.points[-1].limits:
        return Cell(value, "quiet")
    return Cell(f"{value}, usual", "quiet")


def _review_blocks(seen: Seen) -> list[Block]:
    """What became of each goal of a period that is over, beside what its midpoint had forecast."""
    if seen.review is None:
        return []
    label = period_label(seen.review.period, seen.company)
    outcomes = [outcome.sentence for outcome in seen.review.outcomes]
    return [
        Heading(f"What became of the goals of {label}"),
        bullets_or(outcomes, f"None: {seen.review.reason}."),
    ]


def _change_block(seen: Seen) -> Block:
    """A sentence for each KPI that moved; what was unusual about its week behind it."""
    if not seen.is_comparable:
        return Paragraph(f"There is {seen.compared}.", "quiet")
    text = []
    for one in seen.seven:
        moved = seen.moved[one.kpi.key].change
        unusual = f" Last week: {one.frame.usual_range}." if one.unusual else ""
        if unusual or (moved is not None and moved.better is not None):
            text.append(f"{seen.why[one.kpi.key]}{unusual}")
    return bullets_or(text, "No KPI changed.")


def _sign_blocks(seen: Seen) -> list[Block]:
    if seen.review:
        return []
    blocks: list[Block] = [Heading("Warning signs")]
    for sign in seen.warnings:
        blocks += [Paragraph(sign.headline, "bad"), Bullets((*sign.evidence, sign.agreed))]
    return blocks if seen.warnings else [*blocks, NONE_FOUND]


def _restated_blocks(seen: Seen) -> list[Block]:
    """Which figures of the meeting before read otherwise now, and why."""
    if seen.restated is None:
        return []
    day, found = seen.restated
    counts = [f"{found.summary}."] if found.summary else []
    text = [*counts, *(one.sentence for one in found.changed), *found.not_comparable]
    return [
        Heading(f"Figures of the meeting of {day_text(day)} that have changed since"),
        Bullets(tuple(text) or ("No figures were recorded at that meeting.",)),
    ]
