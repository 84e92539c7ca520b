"""The teams' own records, as they are read and written: meetings, decisions, actions and others.

Frozen: a changed record is another one. ``id`` and ``version`` are 0 until the notebook has taken
it; the version counts its changes. A KPI is named by its key, a campaign by its id, None for all.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Team = Literal["marketing", "sales"]
Status = Literal["open", "done", "dropped"]
STATUSES: tuple[Status, ...] = ("open", "done", "dropped")
DUE_IN = timedelta(days=7)
"""How long an action has, unless somebody chooses another day: until the next meeting."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every record has."""

    id: int = 0
    version: int = 0


@dataclass(frozen=True)
class ShownFigure:
    """A KPI as it was shown in a meeting: from ``start`` to ``end``; None is undefined."""

    kpi: str
    start: date
    end: date
    value: float | None


@dataclass(frozen=True, kw_only=True)
class Meeting(Record):
    """A meeting of both teams: when, over which snapshot and selection, what was shown.

    held_on: the day of the report. closed_at: None while it runs; at most one does.
    snapshot: its name. definitions: their hash. attribution, where: the model and the filters that
    ``shown`` was asked under. period_start, period_end: the days that were looked at.
    """

    held_on: date
    opened_at: datetime
    closed_at: datetime | None = None
    snapshot: str
    definitions: str
    attribution: str
    period_start: date | None = None
    period_end: date | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    shown: tuple[ShownFigure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Note(Record):
    """A note taken in a meeting, at one of its steps."""

    meeting_id: int
    step: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Decision(Record):
    """What both teams decided, on the day of a report, in a meeting or without one."""

    meeting_id: int | None
    made_on: date
    text: str
    kpi: str | None = None
    campaign: str | None = None


@dataclass(frozen=True, kw_only=True)
class Action(Record):
    """Who does what until when. made_on: the day of the report that it was agreed on.

    finding: what names the finding that it was made of, whatever its figures say by now.
    """

    meeting_id: int | None
    made_on: date
    what: str
    owner: str
    due: date
    kpi: str | None = None
    campaign: str | None = None
    status: Status = "open"
    finding: str | None = None


@dataclass(frozen=True, kw_only=True)
class Annotation(Record):
    """Something that happened on a day, shown in charts; of a source's table its id stays 0."""

    day: date
    text: str
    campaign: str | None = None


@dataclass(frozen=True, kw_only=True)
class AgreedTarget(Record):
    """A target agreed on in a meeting (see kpis.definitions.Target); it wins over the settings'."""

    kpi: str
    period: str
    value: float
    campaign: str | None = None


@dataclass(frozen=True, kw_only=True)
class TableTarget(AgreedTarget):
    """A target of the table of targets, which a source keeps: no record of the notebook."""

    owner: str | None = None


@dataclass(frozen=True, kw_only=True)
class SignOff(Record):
    """A team agrees with the figures of a meeting."""

    meeting_id: int
    team: Team
    name: str


@dataclass(frozen=True, kw_only=True)
class AlertState(Record):
    """Whether a rule's line was crossed when its channel last got a message. rule: its own key.

    value: the one in that message; None where it is crossed means claimed, not yet sent.
    """

    rule: str
    channel: str
    is_crossed: bool
    since: date
    value: float | None = None


@dataclass(frozen=True)
class Change:
    """One change of a record: who, when (UTC), and the record before and after it.

    before: None when it was added. after: None when it was removed. Both as JSON has them.
    """

    at: datetime
    who: str
    kind: str
    record_id: int
    version: int
    before: dict[str, object] | None
    after: dict[str, object] | None
