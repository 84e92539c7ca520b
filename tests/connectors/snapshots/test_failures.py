"""Claims about the record of a refresh that failed: kept for its settings, forgotten in time."""

from datetime import timedelta
from pathlib import Path

from connectors.snapshots.failures import forget_failure, last_failure, record_failure
from tests.connectors.snapshots.test_snapshots import NOW, settings_in


def test_a_failure_is_kept_with_its_first_time_and_for_its_settings_only(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    record_failure(settings, NOW, "the first reason")
    record_failure(settings, NOW + timedelta(hours=1), "the second reason")
    failure = last_failure(settings)
    assert failure is not None
    assert (failure.since, failure.at) == (NOW, NOW + timedelta(hours=1))
    assert failure.why == "the second reason"
    assert last_failure(settings_in(tmp_path, 'date_format = "%d.%m.%Y"\n')) is None


def test_a_failure_record_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    record_failure(settings, NOW, "the reason")
    (record,) = settings.snapshot_folder.iterdir()
    record.write_text("{", encoding="utf-8")
    assert last_failure(settings) is None


def test_settings_that_share_a_folder_keep_their_own_failures(tmp_path: Path) -> None:
    """Neither takes the other's away, but for one that is older than any snapshot is kept."""
    settings = settings_in(tmp_path)
    other = settings_in(tmp_path, "[definitions]\ngross_margin = 0.5\n")
    record_failure(other, NOW, "of the other")
    record_failure(settings, NOW, "of this one")
    for whose, why in ((settings, "of this one"), (other, "of the other")):
        failure = last_failure(whose)
        assert failure is not None and failure.why == why
    days = timedelta(days=settings.snapshots.keep_daily_days)
    forget_failure(settings, NOW + days)
    assert last_failure(settings) is None and last_failure(other) is not None
    forget_failure(settings, NOW + days + timedelta(seconds=1))
    assert last_failure(other) is None
