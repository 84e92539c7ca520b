"""The first lines of the minutes: goals, the change that matters most, a sign, a win.

Of a period that is over: its targets, what its midpoint had forecast, and that change.
"""

from dataclasses import dataclass

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE
from kpis.display import Change, change, listed, lower_first, period_label
from kpis.goals.closed_period import ClosedPeriod
from kpis.goals.standing import Standing, by_period, tally, worst_first
from kpis.meeting.wins import Win
from kpis.signs.sign import Sign
from pages.parts.frame.answers import Question, answer
from pages.parts.frame.comparison import comparison
from pages.parts.frame.selection import Selection
from pages.parts.meeting.answers import review_of, wins_of
from pages.parts.meeting.attention import LEADING_FIRST, Attention, attention
from pages.parts.week.answers import signs_of
from pages.parts.week.overview import what_changed

MOST_TELLING = ("sign", "goal", "deal", "week")
"""The kinds of wins, the most telling first; records go before all of them."""


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

    kpis: leading ones first. moved: by KPI. warnings: the worst first; none of a closed period.
    wins: the most telling first; none of a closed period. review: of a closed period alone.
    """

    chosen: Selection
    kpis: list[Attention]
    moved: dict[str, Moved]
    warnings: list[Sign]
    wins: list[Win]
    review: ClosedPeriod | None

    @property
    def held(self) -> dict[Period, list[Standing]]:
        """The standings of the running month and quarter, or of the period that is over."""
        return by_period(held for one in self.kpis for held in one.held)


def seen_in(chosen: Selection) -> Seen:
    """Ask for all that the minutes tell of a selection."""
    review = review_of(chosen)
    signs = [] if review else signs_of(chosen.snapshot, chosen.model, chosen.where)
    found = [] if review else wins_of(chosen)
    return Seen(
        chosen=chosen,
        kpis=attention(chosen),
        moved=_moved(chosen),
        warnings=[sign for sign in signs if sign.tone == "warning"],
        wins=sorted(found, key=lambda win: (not win.is_record, MOST_TELLING.index(win.kind))),
        review=review,
    )


def _moved(chosen: Selection) -> dict[str, Moved]:
    pair = comparison(chosen)
    frame = answer(chosen.snapshot, Question(pair.windows, chosen.model, where=chosen.where))
    now, before = frame.iloc[0], pair.earlier(frame).iloc[0]
    return {
        key: Moved(
            float(now[key]),
            now["reasons"].get(key),
            change(CATALOGUE[key], float(now[key]), float(before[key])),
        )
        for key in LEADING_FIRST
    }


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
        text.append(what_changed(seen.chosen, min(worse or exceptions, key=_attainment).kpi))
    else:
        text.append("No KPI is behind its goal or had an unusual week.")
    text += [f"Warning: {sign.headline}" for sign in seen.warnings[:1]]
    text += [f"Good news: {win_text(win)}" for win in seen.wins[:1]]
    return text


def win_text(win: Win) -> str:
    """A win in a line: what was won, and what to hold it against."""
    between = " " if win.headline.endswith(".") else " · "
    return between.join(filter(None, (win.headline, win.detail)))


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
    """How many targets were reached, what became of the forecasts, and what moved the worst KPI."""
    label = period_label(review.period, seen.chosen.manifest.company)
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
    text += [what_changed(seen.chosen, one.kpi) for one in missed[:1]]
    return text
