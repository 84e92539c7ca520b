"""Answers that rest on what was agreed: standings, warning signs and weekly frames."""

from collections.abc import Sequence

from kpis.calendar import Period, period_of
from kpis.goals.standing import Standing
from kpis.goals.standings import RUNNING, standings
from kpis.signs.sign import Sign
from kpis.signs.signs import signs
from kpis.weeks.frame import WeeklyFrame, weekly_frame
from kpis.weeks.judged import JudgedWeeks, weeks_judged
from pages.parts.frame.answers import asked
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import agreements, open_actions


def standings_of(chosen: Selection, period: Period | None = None) -> list[Standing]:
    """How KPIs compare with their goals of a period; without one, of the running ones.

    The same answer for cards, strip, signs and every step of the meeting.
    """
    company, targets = chosen.manifest.company, agreements(chosen.snapshot).targets
    running = tuple(period_of(unit, chosen.as_of, company) for unit in RUNNING)
    periods = running if period is None or period in running else (period,)
    found = asked(chosen, standings, targets, periods, dict(chosen.where))
    return [one for one in found if period is None or one.period == period]


def signs_of(chosen: Selection) -> list[Sign]:
    """The warning signs and good news of a selection, by what was agreed on until now."""
    agreed, manifest = agreements(chosen.snapshot), chosen.manifest
    rows_read = {name: table.read for name, table in manifest.tables.items()}
    return asked(
        chosen,
        signs,
        dict(chosen.where),
        targets=agreed.targets,
        held=standings_of(chosen),
        owners=agreed.owners,
        agreed=agreed.thresholds,
        soundness=manifest.health.sound_shares(rows_read),
        definitions_before=agreed.definitions_before,
        changed_on=agreed.changed_on,
        actions=open_actions(),
    )


def weekly_frames(chosen: Selection, kpis: Sequence[str]) -> dict[str, WeeklyFrame]:
    """The weekly frame of each KPI for the selection (see kpis.weeks.frame), by one question."""
    agreed = agreements(chosen.snapshot)
    what = (tuple(kpis), dict(chosen.where), agreed.targets)
    return asked(chosen, weekly_frame, *what, changed_on=agreed.changed_on)


def judged_weeks(chosen: Selection, kpi: str) -> JudgedWeeks:
    """The last weeks of a KPI beside what is usual of them, for the selection."""
    changed_on = agreements(chosen.snapshot).changed_on
    return asked(chosen, weeks_judged, [kpi], dict(chosen.where), changed_on)[kpi]
