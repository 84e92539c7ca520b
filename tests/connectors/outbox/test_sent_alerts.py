"""Claims about alerts once per crossing: what stands in the notebook, also with two at once."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from connectors.notebook.notebook import Notebook, open_notebook
from connectors.outbox.sent_alerts import CLAIM_HOLDS, LineState, claimed, unsent
from connectors.settings.settings import Settings
from kpis.errors import NotebookError, OutboxError
from kpis.records import AlertState
from tests.postgres_server import Postgres

DAY = date(2026, 11, 23)
CROSSED, BACK = LineState("mqls per week below 5.0", True, 3.0), LineState("x", False, 9.0)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    yield open_notebook(Settings(folder=tmp_path))


def tell(
    notebook: Notebook, *lines: LineState, channel: str = "slack", day: date = DAY
) -> list[str]:
    """The rules that a run tells, its message accepted."""
    with claimed(notebook, channel, lines, day, now()) as rules:
        return sorted(rules)


def state(notebook: Notebook, line: LineState = CROSSED, channel: str = "slack") -> AlertState:
    (found,) = notebook.all(AlertState, rule=line.rule, channel=channel)
    return found


def came_back(line: LineState = CROSSED, value: float = 6.0) -> LineState:
    return LineState(line.rule, False, value)


def test_what_never_crossed_is_not_sent_and_not_recorded(notebook: Notebook) -> None:
    assert tell(notebook, BACK) == [] and notebook.all(AlertState) == []
    assert tell(notebook) == []


def test_a_crossing_is_reported_once_and_recorded_with_the_day_and_the_value(
    notebook: Notebook,
) -> None:
    assert tell(notebook, CROSSED) == [CROSSED.rule]
    reported = state(notebook)
    assert (reported.is_crossed, reported.since, reported.value) == (True, DAY, 3.0)
    worse = LineState(CROSSED.rule, True, 1.0)
    assert tell(notebook, worse, day=DAY + timedelta(days=1)) == []
    assert state(notebook) == reported


def test_a_channel_is_reported_whatever_the_other_one_was(notebook: Notebook) -> None:
    assert tell(notebook, CROSSED) == [CROSSED.rule]
    assert tell(notebook, CROSSED, channel="email") == [CROSSED.rule]
    assert tell(notebook, CROSSED, channel="email") == []


def test_what_came_back_and_crosses_again_is_reported_again(notebook: Notebook) -> None:
    tell(notebook, CROSSED)
    assert tell(notebook, came_back(), day=DAY + timedelta(days=1)) == []
    back = state(notebook)
    assert (back.is_crossed, back.since, back.value) == (False, DAY + timedelta(days=1), 6.0)
    assert tell(notebook, CROSSED, day=DAY + timedelta(days=2)) == [CROSSED.rule]
    assert state(notebook).since == DAY + timedelta(days=2)


def test_what_is_undefined_leaves_everything_as_it_is(notebook: Notebook) -> None:
    """Such a rule has no line at all: it was sent, and is not sent again when it returns."""
    tell(notebook, CROSSED)
    before = state(notebook)
    assert tell(notebook) == [] and state(notebook) == before
    assert tell(notebook, CROSSED) == []


def test_of_many_rules_the_new_ones_are_listed_together(notebook: Notebook) -> None:
    rules = [LineState(f"rule {n}", True, float(n)) for n in range(30)]
    assert len(tell(notebook, *rules[:10])) == 10
    assert tell(notebook, *rules, BACK) == sorted(rule.rule for rule in rules[10:])


def test_a_message_that_was_not_accepted_gets_it_in_the_next_run(notebook: Notebook) -> None:
    with (
        pytest.raises(OutboxError, match="down"),
        claimed(notebook, "slack", [CROSSED], DAY, now()),
    ):
        assert state(notebook).is_crossed and state(notebook).value is None, "claimed"
        raise OutboxError("down")
    assert not state(notebook).is_crossed
    assert tell(notebook, CROSSED) == [CROSSED.rule]


def test_another_run_does_not_tell_what_one_is_telling(notebook: Notebook) -> None:
    with claimed(notebook, "slack", [CROSSED], DAY, now()) as first:
        assert first == {CROSSED.rule}
        assert unsent(notebook, "slack", [CROSSED], now()) == frozenset()
        assert tell(notebook, CROSSED) == []
        assert tell(notebook, came_back()) == [], "nor does it call it back"
        assert state(notebook).is_crossed
    assert state(notebook).value == 3.0


def test_a_run_that_died_while_it_reported_is_followed_by_one_that_tells(
    notebook: Notebook,
) -> None:
    """Its claim holds for a while; who comes after that tells, and only one of two."""
    claim = AlertState(rule=CROSSED.rule, channel="slack", is_crossed=True, since=DAY)
    notebook.add(claim, "a process that was killed")
    assert tell(notebook, CROSSED) == []
    later = now() + CLAIM_HOLDS + timedelta(seconds=1)
    assert unsent(notebook, "slack", [CROSSED], later) == {CROSSED.rule}
    with claimed(notebook, "slack", [CROSSED], DAY, later) as rules:
        assert rules == {CROSSED.rule}
        assert tell(notebook, CROSSED) == []
    assert state(notebook).value == 3.0 and tell(notebook, CROSSED) == []


def test_a_run_that_was_taken_over_does_not_undo_what_the_other_recorded(
    notebook: Notebook,
) -> None:
    later = now() + CLAIM_HOLDS + timedelta(seconds=1)
    with claimed(notebook, "slack", [CROSSED], DAY, now()):
        with claimed(notebook, "slack", [LineState(CROSSED.rule, True, 2.0)], DAY, later) as other:
            assert other == {CROSSED.rule}
        reported = state(notebook)
    assert state(notebook) == reported and reported.value == 2.0


def test_what_would_be_reported_is_asked_without_writing(notebook: Notebook) -> None:
    assert unsent(notebook, "slack", [CROSSED, BACK], now()) == {CROSSED.rule}
    assert notebook.all(AlertState) == []
    tell(notebook, CROSSED)
    changes = len(notebook.changes(AlertState))
    assert unsent(notebook, "slack", [CROSSED], now()) == frozenset()
    assert unsent(notebook, "email", [CROSSED], now()) == {CROSSED.rule}
    assert len(notebook.changes(AlertState)) == changes


@pytest.mark.parametrize("earlier", ["never told", "came back", "claim left behind"])
def test_of_eight_runs_at_once_one_tells(tmp_path: Path, earlier: str) -> None:
    settings = Settings(folder=tmp_path)
    first = open_notebook(settings)
    if earlier == "came back":
        tell(first, CROSSED)
        tell(first, came_back())
    elif earlier == "claim left behind":
        first.add(AlertState(rule=CROSSED.rule, channel="slack", is_crossed=True, since=DAY), "x")
        with sqlite3.connect(tmp_path / "notebook.sqlite") as database:
            moved = database.execute("UPDATE notebook_change SET at = '2026-01-01 00:00:00.000000'")
            assert moved.rowcount == 1
    assert one_of_eight(settings) == 1
    assert state(first).value == 3.0


def test_of_eight_runs_at_once_one_tells_on_postgresql(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.new_database("alerts")
    address = postgres.admin("alerts").replace("postgresql:", "postgresql+psycopg:")
    monkeypatch.setenv("NOTEBOOK_URL", address)
    settings = Settings.model_validate({"notebook": {"url": "env:NOTEBOOK_URL"}})
    assert one_of_eight(settings) == 1
    assert state(open_notebook(settings)).value == 3.0


def one_of_eight(settings: Settings) -> int:
    """How many of eight runs at once tell, each with a connection of its own, as processes have."""
    together = Barrier(8)

    def run(_: int) -> int:
        book = open_notebook(settings)
        together.wait()
        with claimed(book, "slack", [CROSSED], DAY, now()) as rules:
            together.wait()  # all hold on to what they claimed until everybody has tried
            return len(rules)

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(run, range(8)))


def test_a_notebook_that_cannot_be_written_stops_the_run_before_anything_is_sent(
    notebook: Notebook,
) -> None:
    too_long = LineState("r" * 301, True, 1.0)
    sent = []
    with (
        pytest.raises(NotebookError),
        claimed(notebook, "slack", [CROSSED, too_long], DAY, now()) as rules,
    ):
        sent.append(rules)
    assert sent == [] and not state(notebook).is_crossed, "and the first rule is given back"
