"""The figures in the minutes of a meeting: KPIs with goals, charts, what changed, warning signs."""

from functools import partial

from kpis.catalogue import SEVEN_KEYS
from kpis.display import UNDEFINED, Change, day_text, days_label, period_label, shown
from kpis.document import Block, Bullets, Cell, Figure, Heading, Paragraph, Table, Tone
from kpis.goals.standing import Standing
from kpis.records import Meeting
from pages.parts.charts.theme import for_file
from pages.parts.charts.weekly.chart import weekly_chart
from pages.parts.frame.comparison import comparison
from pages.parts.frame.selection import Selection
from pages.parts.meeting.answers import restated
from pages.parts.meeting.attention import Attention
from pages.parts.meeting.minutes_summary import Seen, win_text
from pages.parts.records.notebook import annotations, meeting_before
from pages.parts.week.overview import what_changed

CHART_WIDTH, CHART_HEIGHT = 860, 235
"""In pixels; as wide as a page of A4 without its margins, its letters are 7 points high."""
TONES: dict[bool | None, Tone | None] = {True: "good", False: "bad", None: None}
"""Whether a change is for the better → its tone."""


def figure_blocks(seen: Seen, meeting: Meeting) -> list[Block]:
    """All that a meeting sees, beneath the summary; raises NotebookError."""
    seven = [one for one in seen.kpis if one.kpi.key in SEVEN_KEYS]
    wins = tuple(map(win_text, seen.wins))
    return [
        Heading("The seven KPIs"),
        *_kpi_blocks(seven, seen),
        *_review_blocks(seen),
        *([Heading("What went well"), Bullets(wins)] if wins else []),
        Heading("Six weeks and twelve months"),
        *(_figure(one, seen.chosen) for one in seven),
        Heading("What changed"),
        *_change_blocks(seven, seen),
        *_sign_blocks(seen),
        *_restated_blocks(seen.chosen, meeting),
    ]


def _kpi_blocks(seven: list[Attention], seen: Seen) -> list[Block]:
    chosen = seen.chosen
    currency = chosen.currency
    days = days_label(chosen.period.until(chosen.as_of))
    rows = tuple(
        (
            Cell(one.kpi.label),
            Cell(shown(one.kpi, seen.moved[one.kpi.key].value, currency)),
            _change_cell(seen.moved[one.kpi.key].change),
            *_cells_behind(one, seen),
        )
        for one in seven
    )
    columns = ("KPI", days, "Change", *_columns_behind(seen))
    text = comparison(chosen).text
    notes = [f"{text[:1].upper()}{text[1:]}."]
    notes += [
        f"{one.kpi.short}: {reason}."
        for one in seven
        if (reason := seen.moved[one.kpi.key].reason) is not None
    ]
    return [Table(columns, rows, numbers=frozenset((1, 2))), Paragraph(" ".join(notes), "quiet")]


def _columns_behind(seen: Seen) -> list[str]:
    """The goals of each period; of running ones also the last week."""
    goals = [f"Goal {found[0].period_name}" for found in seen.held.values()]
    return goals if seen.review else [*goals, "Last week"]


def _cells_behind(one: Attention, seen: Seen) -> list[Cell]:
    by_period = {held.period: held for held in one.held}
    goals = [_goal_cell(by_period.get(period)) for period in seen.held]
    return goals if seen.review else [*goals, _week_cell(one, seen.chosen.currency)]


def _change_cell(moved: Change | None) -> Cell:
    return Cell(moved.text, TONES[moved.better]) if moved else Cell(UNDEFINED, "quiet")


def _goal_cell(held: Standing | None) -> Cell:
    if held is None:
        return Cell("no goal", "quiet")
    return Cell(f"{held.verdict}: {held.due_text}", held.tone)


def _week_cell(one: Attention, currency: str) -> Cell:
    """The last whole week, and whether it is usual."""
    (last,) = one.frame.box.loc[one.frame.box["name"] == "last week", "value"]
    value = shown(one.kpi, float(last), currency)
    if one.unusual is not None:
        is_good = one.unusual.tone == "good"
        return Cell(f"{value}, unusual", "good" if is_good else "bad")
    if one.frame.undefined or one.frame.chart is None or not one.frame.chart.points[-1].limits:
        return Cell(value, "quiet")
    return Cell(f"{value}, usual", "quiet")


def _review_blocks(seen: Seen) -> list[Block]:
    """What became of each goal of a period that is over, beside what its midpoint had forecast."""
    review = seen.review
    if review is None:
        return []
    label = period_label(review.period, seen.chosen.manifest.company)
    defined = [outcome.sentence for outcome in review.outcomes]
    body = Bullets(tuple(defined)) if defined else Paragraph(f"None: {review.reason}.", "quiet")
    return [Heading(f"What became of the goals of {label}"), body]


def _figure(one: Attention, chosen: Selection) -> Figure:
    happened = annotations(chosen)
    spec = for_file(
        partial(
            weekly_chart, one.frame, chosen.currency, annotations=happened, height=CHART_HEIGHT
        ),
        CHART_WIDTH,
    )
    alt = f"{spec['description']}. Last week: {one.frame.usual_range}."
    return Figure(one.kpi.label, spec, alt, is_wide=True)


def _change_blocks(seven: list[Attention], seen: Seen) -> list[Block]:
    """A sentence for each KPI that moved; what was unusual about its week behind it."""
    pair = comparison(seen.chosen)
    if not pair.is_known:
        return [Paragraph(f"There is {pair.text}.", "quiet")]
    text = []
    for one in seven:
        moved = seen.moved[one.kpi.key].change
        unusual = f" Last week: {one.frame.usual_range}." if one.unusual else ""
        if unusual or (moved is not None and moved.better is not None):
            text.append(f"{what_changed(seen.chosen, one.kpi)}{unusual}")
    return [Bullets(tuple(text)) if text else Paragraph("No KPI changed.", "quiet")]


def _sign_blocks(seen: Seen) -> list[Block]:
    if seen.review:
        return []
    blocks: list[Block] = [Heading("Warning signs")]
    for sign in seen.warnings:
        blocks += [Paragraph(sign.headline, "bad"), Bullets((*sign.evidence, sign.agreed))]
    if not seen.warnings:
        blocks.append(Paragraph("None: every line agreed on is kept.", "good"))
    return blocks


def _restated_blocks(chosen: Selection, meeting: Meeting) -> list[Block]:
    """Which figures of the meeting before read otherwise now, and why."""
    before = meeting_before(meeting.held_on)
    if before is None:
        return []
    found = restated(chosen, before)
    same = f"{found.unchanged} figures read as they did." if found.unchanged else ""
    defined = [*(one.sentence for one in found.changed), *found.not_comparable, same]
    return [
        Heading(f"What the meeting of {day_text(before.held_on)} saw, and what it reads now"),
        Bullets(tuple(filter(None, defined)) or ("That meeting kept no figures.",)),
    ]
