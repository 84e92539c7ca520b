"""The minutes of a meeting as a document: what was on the screen and what was agreed on.

The first lines: goals, the change that matters most, a sign, a win. Of a period that is over: its
goals, what its midpoint had forecast, and that change.
"""

from datetime import date

from kpis.display import day_text, listed, lower_first, period_label
from kpis.document import Bullets, Document, Heading, Paragraph
from kpis.goals.closed_period import ClosedPeriod
from kpis.goals.standing import Standing, tally, worst_first
from kpis.meeting.minutes_figures import Seen, figure_blocks, win_text
from kpis.meeting.minutes_records import MeetingRecords, record_blocks
from kpis.signs.attention import Attention


def minutes(
    seen: Seen,
    kept: MeetingRecords,
    held_on: date,
    selected: str,
    *,
    rejected: str = "",
    link: str | None = None,
    is_replaced: bool = False,
) -> Document:
    """The minutes of the meeting of a day.

    selected: the selection in words. rejected: what to say of rejected rows. is_replaced: whether
    the data that the meeting looked at is no longer kept, and other data stands in for it.
    """
    replaced = "The data of this meeting is no longer kept. The figures are those of "
    return Document(
        title=f"{seen.company.name}: weekly meeting, {day_text(held_on)}",
        subtitle=selected,
        blocks=(
            *([Paragraph(f"{replaced}{day_text(kept.as_of)}.", "warning")] if is_replaced else []),
            Heading("Summary"),
            Bullets((*summary(seen), kept.sentence)),
            *figure_blocks(seen),
            *record_blocks(kept),
            *([Paragraph(f"Source rows: {rejected}.", "quiet")] if rejected else []),
        ),
        link=link,
    )


def summary(seen: Seen) -> list[str]:
    """Two to five sentences on the figures; one to three on a period that is over."""
    if seen.review:
        return _review_text(seen.review, seen)
    text = [_goals_text(found) for found in seen.held.values()]
    if not text:
        text.append("No goal was agreed on for this selection.")
    exceptions = [one for one in seen.kpis if one.is_exception]
    worse = [one for one in exceptions if seen.moved[one.kpi.key].is_worse]
    if exceptions:
        text.append(seen.why[min(worse or exceptions, key=_attainment).kpi.key])
    else:
        text.append("No KPI is behind its goal or had an unusual week.")
    text += [f"Warning: {sign.headline}" for sign in seen.warnings[:1]]
    text += [f"Good news: {win_text(win)}" for win in seen.wins[:1]]
    return text


def _attainment(one: Attention) -> float:
    """How much of its worst goal a KPI reached; 1 for one that is behind none."""
    return (one.worst.attainment or 0.0) if one.worst else 1.0


def _goals_text(found: list[Standing]) -> str:
    """How many goals of a period are on track, and the one furthest behind."""
    text, behind = f"{found[0].period_name}: {tally(found)}", worst_first(found)
    if not behind:
        return f"{text}."
    worst = behind[0]
    verdict = f"{worst.kpi.short}, {lower_first(worst.verdict)} ({worst.evidence})"
    return f"{text}; furthest behind is {verdict}."


def _review_text(review: ClosedPeriod, seen: Seen) -> list[str]:
    """How many goals were reached, what became of the forecasts, and what moved the worst KPI."""
    label = period_label(review.period, seen.company)
    if not review.outcomes:
        return [f"{label}: {review.reason}."]
    text = [f"{label}: {tally(one.standing for one in review.outcomes)}"]
    missed = worst_first(one.standing for one in review.outcomes)
    if missed:
        text[0] += f"; missed: {listed([one.kpi.short for one in missed])}"
    text[0] += "."
    held = [one.is_inside for one in review.outcomes if one.is_inside is not None]
    if held:
        within = f"{sum(held)} of {len(held)} outcomes came within the range of their forecasts"
        text.append(f"{within} from the middle of {label}.")
    return text + [seen.why[one.kpi.key] for one in missed[:1]]
