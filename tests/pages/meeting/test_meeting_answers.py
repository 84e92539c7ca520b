"""Claims about what the meeting is told from kept snapshots: the right one, or that it is gone."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.settings.file import load_settings
from connectors.snapshots.snapshots import Snapshot
from kpis.calendar import Period, month_of
from kpis.records import Action, Meeting
from pages.parts.frame.selection import Selection
from pages.parts.meeting.meeting_answers import (
    effects_of,
    figures_shown,
    restated,
    review_of,
    wins_of,
)
from pages.parts.week.week_answers import weekly_frames
from tests import kept_snapshots
from tests.pages.small_company import leads, settings_of

THEN, NOW = date(2026, 11, 13), date(2026, 11, 20)
LAST_WEEK = "MQLs of 2–8 Nov: "

Refreshed = Callable[..., Selection]


@pytest.fixture
def refreshed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refreshed:
    """A day, the hour and how many MQLs of 5 November are known → what is seen then."""
    monkeypatch.setenv("ALLIANCE_SETTINGS", str(tmp_path / "settings.toml"))

    def seen(day: date, mqls: int, hour: int = 9, more: str = "") -> Selection:
        text = settings_of(tmp_path, leads=leads(mqls))
        settings = tmp_path / "settings.toml"
        settings.write_text(f"as_of = {day}\n{more}\n{text}", encoding="utf-8")
        now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        return selected(kept_snapshots.refreshed(load_settings(settings), now))

    return seen


def selected(snapshot: Snapshot, period: Period | None = None) -> Selection:
    manifest = snapshot.manifest
    period = period or month_of(manifest.as_of, manifest.company)
    return Selection(snapshot, period, (), manifest.definitions.attribution)


def held(chosen: Selection) -> Meeting:
    return Meeting(
        id=1,
        held_on=chosen.as_of,
        opened_at=datetime(2026, 11, 13, 10, tzinfo=UTC),
        snapshot=chosen.snapshot.name,
        definitions=chosen.manifest.definitions_hash,
        attribution=chosen.model,
        shown=figures_shown(chosen),
    )


def of_mqls(chosen: Selection, meeting: Meeting) -> str:
    found = restated(chosen, meeting)
    (message,) = [one.sentence for one in found.changed if one.sentence.startswith(LAST_WEEK)]
    return message.removeprefix(LAST_WEEK)


def test_a_meeting_is_held_against_the_very_snapshot_that_it_looked_at(
    refreshed: Refreshed,
) -> None:
    """At 9 there were 3 MQLs, by 18 there were 4, today there are 6. Had a meeting written down 7,
    4 would be nobody's records: the very same snapshot says 3 today."""
    keep = "snapshots.keep_all_days = 30"
    meeting = held(refreshed(THEN, 3, more=keep))
    refreshed(THEN, 4, hour=18, more=keep)
    today = refreshed(NOW, 6, more=keep)
    assert of_mqls(today, meeting) == "3 shown, 6 now (+3): +3 late data."
    assert restated(today, meeting).unchanged > 0
    wrong = replace(meeting, shown=tuple(replace(f, value=7.0) for f in meeting.shown))
    assert of_mqls(today, wrong) == (
        "7 shown, 6 now (−1): −4 another version of Alliance, +3 late data."
    )


def test_without_it_the_last_one_of_that_day_stands_in_and_without_any_it_says_so(
    refreshed: Refreshed,
) -> None:
    """Days later, only the last snapshot of each day is kept; what came in on the day itself, after
    the meeting, was late, too. One of other definitions says nothing of what was shown."""
    seen = refreshed(THEN, 3)
    meeting, evening = held(seen), refreshed(THEN, 4, hour=18)
    other = refreshed(THEN, 9, hour=19, more="definitions.gross_margin = 0.5")
    today = refreshed(NOW, 6)
    assert not seen.snapshot.folder.exists()
    assert of_mqls(today, meeting) == "3 shown, 6 now (+3): +3 late data."
    shutil.rmtree(evening.snapshot.folder)
    assert other.snapshot.folder.is_dir()
    later = refreshed(NOW, 6, hour=10)
    assert of_mqls(later, meeting) == (
        "3 shown, 6 now (+3): +3 of unknown cause, as that meeting's snapshot is no longer kept."
    )


def test_every_answer_is_given_of_a_company_with_a_single_lead(refreshed: Refreshed) -> None:
    chosen = refreshed(NOW, 1)
    assert wins_of(chosen) == []
    assert review_of(chosen) is None
    assert restated(chosen, held(chosen)).changed == ()
    frames = weekly_frames(chosen, ["mqls", "leads"])
    assert [frames[key].box["value"].iloc[3] for key in ("mqls", "leads")] == [1.0, 1.0]


def test_targets_stand_in_the_frames_and_in_the_review_of_a_closed_month(
    refreshed: Refreshed,
) -> None:
    goal = '[[targets]]\nkpi = "mqls"\nperiod = "month"\nvalue = 4'
    chosen = refreshed(date(2026, 12, 4), 5, more="")
    text = Path(chosen.snapshot.folder.parents[1] / "settings.toml")
    text.write_text(text.read_text(encoding="utf-8") + f"\n{goal}", encoding="utf-8")
    closed = selected(chosen.snapshot, Period(date(2026, 11, 1), date(2026, 11, 30)))
    review = review_of(closed)
    assert review is not None and review.reached == 1
    assert weekly_frames(chosen, ["mqls"])["mqls"].months["target"].iloc[-1] == 4.0
    text.write_text(
        text.read_text(encoding="utf-8").replace("value = 4", "value = 7"), encoding="utf-8"
    )
    assert weekly_frames(chosen, ["mqls"])["mqls"].months["target"].iloc[-1] == 7.0


def test_effects_come_in_the_order_of_the_actions_and_none_without_a_kpi(
    refreshed: Refreshed,
) -> None:
    chosen = refreshed(NOW, 2)

    def action(kpi: str | None, made_on: date = THEN) -> Action:
        return Action(meeting_id=None, made_on=made_on, what="x", owner="y", due=NOW, kpi=kpi)

    found = effects_of(chosen, [action(None), action("mqls"), action("gone"), action("mqls")])
    message = "MQLs: 2 in 2–8 Nov, 0 in 9–15 Nov (−100%)."
    assert [effect and effect.sentence for effect in found] == [None, message, None, message]
    assert effects_of(chosen, []) == []
