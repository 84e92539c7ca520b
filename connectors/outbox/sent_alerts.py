"""Alerts once per crossing: what each channel got of each rule is in the notebook.

Before a message goes out its rules are claimed: their state is crossed, and has no value yet. Of
several processes at once one gets the claim, as the notebook takes one edit of a version only.
When the message was accepted, the state has its value. When it was not, the claim is given
back, and the next run sends it. A process that dies in between leaves a claim, which the next run
takes over after ``CLAIM_HOLDS``: rather sent twice than never.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connectors.notebook.notebook import AlreadyThere, EditConflict, Notebook
from kpis.errors import NotebookError
from kpis.records import AlertState

WHO = "Alliance"
CLAIM_HOLDS = timedelta(minutes=15)
"""Longer than a message takes, all tries included."""


@dataclass(frozen=True)
class LineState:
    """A rule, by its key, and whether its line is crossed; only where that is known."""

    rule: str
    is_crossed: bool
    value: float


def unsent(
    notebook: Notebook, channel: str, lines: Sequence[LineState], now: datetime
) -> frozenset[str]:
    """The rules whose line is crossed and whose message the channel has not got; writes nothing."""
    return frozenset(
        line.rule
        for line in lines
        if line.is_crossed and not _is_sent(notebook, _state(notebook, channel, line), now)
    )


@contextmanager
def claimed(
    notebook: Notebook, channel: str, lines: Sequence[LineState], day: date, now: datetime
) -> Iterator[frozenset[str]]:
    """Claim the rules that the channel is to get; yield them, to be sent within.

    Left without an error, they are recorded as sent on ``day``, the day of the report. An error
    gives them back and continues. Rules that came back are recorded as not crossed.
    """
    claims: dict[LineState, AlertState] = {}
    try:
        for line in lines:
            claim = _claim(notebook, channel, line, day, now)
            if claim is not None:
                claims[line] = claim
        yield frozenset(line.rule for line in claims)
    except BaseException:
        for claim in claims.values():
            with suppress(NotebookError):  # then the claim ends by itself, after CLAIM_HOLDS
                notebook.edit(claim, WHO, is_crossed=False)
        raise
    for line, claim in claims.items():
        with suppress(EditConflict):  # it took so long that another run took it over
            notebook.edit(claim, WHO, value=line.value)


def _claim(
    notebook: Notebook, channel: str, line: LineState, day: date, now: datetime
) -> AlertState | None:
    """The state as claimed for sending; None where there is nothing to send, or another sends it.

    A line that is no longer crossed is recorded as such.
    """
    state = _state(notebook, channel, line)
    try:
        if state is None:
            if not line.is_crossed:
                return None
            claim = AlertState(rule=line.rule, channel=channel, is_crossed=True, since=day)
            return notebook.add(claim, WHO)
        if not line.is_crossed:
            if state.is_crossed and not _is_being_sent(notebook, state, now):
                notebook.edit(state, WHO, is_crossed=False, since=day, value=line.value)
            return None
        if _is_sent(notebook, state, now):
            return None
        if state.is_crossed:  # a claim that was left behind: given back first, as one run can
            state = notebook.edit(state, WHO, is_crossed=False)
        return notebook.edit(state, WHO, is_crossed=True, since=day, value=None)
    except (AlreadyThere, EditConflict):  # another run was faster
        return None


def _state(notebook: Notebook, channel: str, line: LineState) -> AlertState | None:
    found = notebook.all(AlertState, rule=line.rule, channel=channel)
    return found[0] if found else None


def _is_sent(notebook: Notebook, state: AlertState | None, now: datetime) -> bool:
    """Whether the channel got the crossing, or is getting it."""
    if state is None or not state.is_crossed:
        return False
    return state.value is not None or _is_being_sent(notebook, state, now)


def _is_being_sent(notebook: Notebook, state: AlertState, now: datetime) -> bool:
    if not state.is_crossed or state.value is not None:
        return False
    last = notebook.changes(AlertState, state.id)[-1]
    return now - last.at < CLAIM_HOLDS
