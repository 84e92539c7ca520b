"""Claims about the rows that are kept: no figure depends on whether, and how, they are there."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from cli import main
from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.checkup import check_sources
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot, prune, read_table
from kpis.errors import SnapshotError, SourceError
from kpis.model import TABLES
from tests.connectors.changing_database import START, Changing, engine_of

LATER = START + timedelta(minutes=15)


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[Changing]:
    """Three rows: 1 and 3 have a lead each, 2 has none and is rejected."""
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    with engine_of(url) as engine:
        found = Changing(url, engine, "TEXT")
        found.create()
        for row, lead in ((3, "L3"), (1, "L1"), (2, None)):
            found.put(row, lead, row, START - timedelta(days=20 + 5 * row))
        yield found


def how(snapshot: Snapshot) -> str:
    (found,) = snapshot.manifest.tables["leads"].how
    return found


def leads(snapshot: Snapshot) -> list[str]:
    return list(read_table(snapshot.folder, "leads")["lead_id"])


def kept_files(settings: Settings) -> list[Path]:
    return sorted((settings.snapshot_folder / "kept").glob("*"))


def test_a_changed_row_alone_is_read_and_takes_its_place(
    changing: Changing, tmp_path: Path
) -> None:
    """Row 2 comes to have a lead. Row 1 is the newest of the others, and is read again."""
    settings = changing.settings(tmp_path)
    first = refresh(settings, START)
    assert how(first) == "all rows were read, since none are kept of these settings"
    changing.put(2, "L2", 2, START)
    second = refresh(settings, LATER)
    assert how(second) == "2 of 3 rows were read, those changed since 2026-09-27"
    assert (leads(first), leads(second)) == (["L1", "L3"], ["L1", "L2", "L3"])
    assert [len(read_table(one.folder, "rejects")) for one in (first, second)] == [1, 0]


def test_a_deleted_row_is_gone_at_the_next_refresh(changing: Changing, tmp_path: Path) -> None:
    settings = changing.settings(tmp_path)
    refresh(settings, START)
    changing.run("DELETE FROM contacts WHERE row_id = 3")
    second = refresh(settings, LATER)
    assert how(second).startswith("1 of 2 rows were read")
    assert leads(second) == ["L1"]


def test_a_row_that_says_nothing_of_its_change_is_seen_by_the_next_full_read(
    changing: Changing, tmp_path: Path
) -> None:
    """Written without a new ``changed_at``, row 3 is as before until a day is over."""
    settings = changing.settings(tmp_path)
    refresh(settings, START)
    changing.run("UPDATE contacts SET lead_id = 'new' WHERE row_id = 3")
    found = [refresh(settings, START + timedelta(hours=hours)) for hours in (1, 23, 24)]
    assert [leads(one)[-1] for one in found] == ["L3", "L3", "new"]
    assert how(found[-1]) == "all rows were read, as they are every 1d"


def test_a_full_read_can_be_asked_for(changing: Changing, tmp_path: Path) -> None:
    settings = changing.settings(tmp_path)
    refresh(settings, START)
    assert how(refresh(settings.read_in_full, LATER)) == "all rows were read, as was asked"
    assert how(refresh(settings, LATER + timedelta(hours=23))).startswith("1 of 3 rows")


def test_the_command_line_asks_for_it_and_says_how_rows_were_read(
    changing: Changing, tmp_path: Path
) -> None:
    refresh(changing.settings(tmp_path), datetime.now(UTC))
    command = ["refresh", "--full", "--settings", str(tmp_path / "settings.toml")]
    lines = CliRunner().invoke(main, command).stdout.splitlines()
    assert lines[:2] == [
        "leads: 3 read = 2 loaded + 1 rejected",
        "  all rows were read, as was asked",
    ]


def test_a_clock_that_was_set_back_makes_all_rows_be_read(
    changing: Changing, tmp_path: Path
) -> None:
    settings = changing.settings(tmp_path)
    refresh(settings, LATER)
    assert how(refresh(settings, START)).startswith("all rows were read")


def overwritten(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [overwritten, cut_off, emptied, Path.unlink])
def test_damaged_rows_are_not_used_and_figures_stay(
    changing: Changing, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    settings = changing.settings(tmp_path)
    first = refresh(settings, START)
    (file,) = kept_files(settings)
    damage(file)
    assert current_snapshot(settings) == first
    second = refresh(settings, LATER)
    assert how(second).startswith("all rows were read")
    assert leads(second) == ["L1", "L3"]
    assert len(kept_files(settings)) == 1
    assert how(refresh(settings, LATER + timedelta(minutes=1))).startswith("1 of 3 rows")


@pytest.mark.parametrize(
    "reads",
    [
        "query = \"SELECT * FROM contacts WHERE lead_id = 'L3'\"",
        'from = "contacts"\ncolumns = { score = "" }',
    ],
)
def test_rows_are_read_anew_when_the_settings_read_others(
    changing: Changing, tmp_path: Path, reads: str
) -> None:
    """Another query reads other rows. What a column is mapped to is decided after reading."""
    refresh(changing.settings(tmp_path), START)
    again = how(refresh(changing.settings(tmp_path, reads), LATER))
    assert again.startswith("1 of 3 rows" if reads.startswith("from") else "all rows were read")


def test_rows_are_read_anew_when_the_table_has_another_column(
    changing: Changing, tmp_path: Path
) -> None:
    """Its default is in every row, though none was changed."""
    settings = changing.settings(tmp_path)
    refresh(settings, START)
    changing.run("ALTER TABLE contacts ADD COLUMN owner TEXT DEFAULT 'Ann'")
    second = refresh(settings, LATER)
    assert how(second) == (
        "all rows were read, since its columns are not those of the rows that are kept"
    )
    assert list(read_table(second.folder, "leads")["owner"]) == ["Ann", "Ann"]


class Killed(BaseException):
    """The process is gone: nothing of it cleans up the rows that are kept."""


def test_killed_at_any_step_nothing_is_lost_or_doubled(
    changing: Changing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rename, flush and removal of a file in turn is where a refresh ends."""
    settings = changing.settings(tmp_path)
    refresh(settings, START)
    now, steps, killed_at = START, 0, 1

    def or_killed(act: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: object, **options: object) -> None:
            nonlocal steps
            is_one = threading.current_thread().name != "under way"  # what pages see is no step
            steps += is_one
            if is_one and steps == killed_at:
                raise Killed
            act(*arguments, **options)

        return step

    for owner, name in ((os, "replace"), (os, "rename"), (os, "fsync"), (Path, "unlink")):
        monkeypatch.setattr(owner, name, or_killed(getattr(owner, name)))
    while True:
        lead, now, steps = f"killed {killed_at}", now + timedelta(minutes=15), 0
        changing.put(2, lead, 2, now)
        try:
            snapshot = refresh(settings, now)
        except Killed:
            steps = -1000
            snapshot = refresh(settings, now + timedelta(minutes=1))
        assert leads(snapshot) == ["L1", lead, "L3"]
        assert how(snapshot)[0].isdigit() or now - START >= timedelta(days=1)
        if steps >= 0:
            break
        killed_at += 1
    assert killed_at > 10
    assert len(kept_files(settings)) == 1


def test_what_settings_no_longer_keep_is_removed_by_the_next_refresh(
    changing: Changing, tmp_path: Path
) -> None:
    """Of another query at once, and all of it where no part names ``updated_at`` any more."""
    refresh(changing.settings(tmp_path, 'query = "SELECT * FROM contacts"'), START)
    before = kept_files(settings := changing.settings(tmp_path))
    refresh(settings, LATER)
    (file,) = kept_files(settings)
    assert [file] != before
    text = (tmp_path / "settings.toml").read_text()
    plain = text.replace('updated_at = "changed_at"\nrow_key = "row_id"\n', "")
    assert plain != text
    (tmp_path / "settings.toml").write_text(plain)
    refresh(load_settings(tmp_path / "settings.toml"), LATER + timedelta(minutes=1))
    assert kept_files(settings) == []


def test_rows_of_others_in_the_folder_stay_for_a_day(changing: Changing, tmp_path: Path) -> None:
    """Their settings are in another folder; what was not written as a whole goes at once."""
    shared = f'[snapshots]\nfolder = "{tmp_path / "shared"}"\n'
    for name, reads, now in (
        ("a", 'query = "SELECT * FROM contacts"', START),
        ("b", 'from = "contacts"', LATER),
    ):
        (tmp_path / name).mkdir()
        settings = changing.settings(tmp_path / name, reads, shared)
        refresh(settings, now)
    assert len(kept_files(settings)) == 2
    (settings.snapshot_folder / "kept" / "half.building").write_bytes(b"PAR1")
    prune(settings, START + timedelta(days=1))
    assert [file.suffix for file in kept_files(settings)] == [".parquet", ".parquet"]
    prune(settings, START + timedelta(days=1, seconds=1))
    assert len(kept_files(settings)) == 1


@pytest.mark.parametrize("change", ["DELETE FROM contacts", "UPDATE contacts SET row_id = 3"])
def test_rows_that_are_gone_or_cannot_be_kept_leave_no_file(
    changing: Changing, tmp_path: Path, change: str
) -> None:
    """The refresh may fail, since a table needs rows: what was read of it holds nobody's data."""
    settings = changing.settings(tmp_path)
    refresh(settings, START)
    assert len(kept_files(settings)) == 1
    changing.run("CREATE TABLE c AS SELECT * FROM contacts", "DROP TABLE contacts")
    changing.run("CREATE TABLE contacts AS SELECT * FROM c", change)
    with contextlib.suppress(SourceError):
        refresh(settings, LATER)
    assert kept_files(settings) == []


def test_a_refresh_that_fails_removes_rows_that_are_too_old(
    changing: Changing, tmp_path: Path
) -> None:
    settings = changing.settings(tmp_path)
    refresh(settings, START)
    changing.run("DROP TABLE contacts")
    for hours, files in ((23, 1), (25, 0)):
        with pytest.raises(SourceError):
            refresh(settings, START + timedelta(hours=hours))
        assert len(kept_files(settings)) == files


def test_kept_rows_are_as_closed_as_the_tables_of_a_snapshot(
    changing: Changing, tmp_path: Path
) -> None:
    before = os.umask(0o027)
    try:
        snapshot = refresh(settings := changing.settings(tmp_path), START)
    finally:
        os.umask(before)
    (file,) = kept_files(settings)
    for one, other in ((file, snapshot.folder / "leads.parquet"), (file.parent, snapshot.folder)):
        assert one.stat().st_mode == other.stat().st_mode
    assert file.stat().st_mode & 0o007 == 0


def test_a_disk_that_takes_no_rows_is_named(changing: Changing, tmp_path: Path) -> None:
    settings = changing.settings(tmp_path)
    settings.snapshot_folder.mkdir()
    (settings.snapshot_folder / "kept").write_text("in the way")
    with pytest.raises(SnapshotError, match="folder of snapshots.*cannot be changed"):
        refresh(settings, START)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (("UPDATE contacts SET row_id = 3",), "row_key 'row_id' is of several rows, as '3' is"),
        (
            ("ALTER TABLE contacts RENAME COLUMN row_id TO n", "ALTER TABLE contacts ADD row_id"),
            "row_key 'row_id' is blank in 3 of them",
        ),
        (("UPDATE contacts SET changed_at = NULL",), "column 'changed_at' is blank in each"),
        (("UPDATE contacts SET changed_at = 'soon'",), "column 'changed_at' holds no times"),
        (("UPDATE contacts SET changed_at = 17",), "count no seconds"),
        (("UPDATE contacts SET changed_at = 17 WHERE row_id = 1",), "of several types or zones"),
    ],
)
def test_what_prevents_it_is_named_by_check_and_by_each_refresh(
    changing: Changing, tmp_path: Path, changes: tuple[str, ...], why: str
) -> None:
    changing.run("CREATE TABLE c AS SELECT * FROM contacts", "DROP TABLE contacts")
    changing.run("CREATE TABLE contacts (row_id, lead_id, created_at, score, changed_at)")
    changing.run("INSERT INTO contacts SELECT * FROM c", *changes)
    settings = changing.settings(tmp_path)
    for snapshot in (refresh(settings, START), refresh(settings, LATER)):
        assert why in how(snapshot)
        (note,) = [n for n in snapshot.manifest.tables["leads"].notes if "each time" in n.what]
        assert note.text.startswith("3 rows are all read each time, since ") and why in note.text
    assert note in check_sources(settings, START.date()).read.tables["leads"].notes


def test_a_query_that_orders_its_rows_keeps_its_order(changing: Changing, tmp_path: Path) -> None:
    """Of two rows of one lead, the first counts: here the one of the higher score."""
    changing.put(4, "L1", 99, START)
    asked = 'query = "SELECT * FROM contacts ORDER BY score DESC"'
    settings = changing.settings(tmp_path, asked)
    for now in (START, LATER):
        snapshot = refresh(settings, now)
        assert "the query orders them" in how(snapshot)
        assert list(read_table(snapshot.folder, "leads")["score"]) == [99, 3]


def test_rows_without_a_time_are_read_each_time_and_counted(
    changing: Changing, tmp_path: Path
) -> None:
    settings = changing.settings(tmp_path)
    changing.put(3, "L3", 3, None)
    refresh(settings, START)
    changing.put(3, "new", 3, None)
    snapshot = refresh(settings, LATER)
    assert leads(snapshot) == ["L1", "new"]
    assert how(snapshot).startswith("2 of 3 rows")
    notes = [note.text for note in snapshot.manifest.tables["leads"].notes]
    assert "1 row has no changed_at: read each time, changed or not." in notes


@pytest.mark.parametrize(("named", "hint"), [("updated_at", "changed_at"), ("row_key", "row_id")])
def test_a_column_that_the_source_lacks_is_named(
    changing: Changing, tmp_path: Path, named: str, hint: str
) -> None:
    changing.settings(tmp_path)
    path = tmp_path / "settings.toml"
    path.write_text(path.read_text().replace(f'"{hint}"', f'"{hint}s"'))
    with pytest.raises(SourceError, match=f"no column '{hint}s'.* as {named}. Did .*{hint}"):
        refresh(load_settings(path), START)


def test_refresh_gives_the_snapshot_of_a_full_one(changing: Changing, tmp_path: Path) -> None:
    """Every file of tables, byte for byte as pandas reads it, and every report but how."""
    settings = changing.settings(tmp_path)
    refresh(settings, START)
    changing.put(4, "L1", 4, LATER)
    changing.put(1, None, 1, LATER)
    changing.run("DELETE FROM contacts WHERE row_id = 3")
    one, other = refresh(settings, LATER), refresh(settings.read_in_full, LATER + timedelta(1e-5))
    assert how(one) != how(other)
    for name in (*TABLES, "rejects"):
        pd.testing.assert_frame_equal(read_table(one.folder, name), read_table(other.folder, name))
    reports = [
        {
            name: table.model_copy(update={"how": ()})
            for name, table in found.manifest.tables.items()
        }
        for found in (one, other)
    ]
    assert reports[0] == reports[1]
