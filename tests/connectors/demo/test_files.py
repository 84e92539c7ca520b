"""The demo written as files is the demo: the same rows, and the same report."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.demo.files import write_demo
from connectors.settings.file import demo_settings, load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.engine import open_facts
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot, read_table
from kpis.calendar import Period
from kpis.errors import UsageError
from kpis.model import FIGURE_TABLES
from kpis.scorecard.report import report
from tests.kept_snapshots import refreshed

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
YEAR = Period(date(2025, 12, 1), date(2026, 11, 23))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Snapshot]:
    settings = load_settings(write_demo(tmp_path_factory.mktemp("files") / "new" / "demo", DAY))
    return settings, refresh(settings, NOW)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return refreshed(demo_settings(tmp_path_factory.mktemp("demo")), NOW)


@pytest.mark.parametrize("by", [None, "campaign", "segment", "month"])
def test_the_files_give_the_same_report_as_the_demo(
    files: tuple[Settings, Snapshot], demo: Snapshot, by: str | None
) -> None:
    """Times, money, currencies and missing cells all survive the way through CSV.

    To a millionth: the last digits of a sum depend on the order in which rows are added.
    """
    answers = [
        json.loads(
            json.dumps(report(open_facts(snapshot.folder), YEAR, "linear", by)),
            parse_float=lambda number: round(float(number), 6),
        )
        for snapshot in (demo, files[1])
    ]
    assert len(answers[0]["rows"]) > 0
    assert answers[0] == answers[1]


def test_every_table_loads_and_rejects_the_same_rows(
    files: tuple[Settings, Snapshot], demo: Snapshot
) -> None:
    """A file's first row below the header is row 2, the demo's is row 1."""
    for name in FIGURE_TABLES:
        theirs, ours = files[1].manifest.tables[name], demo.manifest.tables[name]
        assert (theirs.read, theirs.loaded) == (ours.read, ours.loaded)
    in_files, in_demo = (read_table(s.folder, "rejects") for s in (files[1], demo))
    assert len(in_demo) > 0
    assert (in_files["row"] - 1).tolist() == in_demo["row"].tolist()
    columns = ["table", "key", "column", "value"]
    assert in_files[columns].equals(in_demo[columns])


def test_the_written_settings_are_the_demos_but_for_the_source(
    files: tuple[Settings, Snapshot], tmp_path: Path
) -> None:
    written, built_in = files[0], demo_settings(tmp_path)
    assert {source.kind for source in written.sources.values()} == {"files"}
    assert set(written.tables) == set(built_in.tables)
    for part in ("company", "definitions", "dimensions", "targets", "snapshots"):
        assert getattr(written, part) == getattr(built_in, part)


@pytest.mark.parametrize("name", ["settings.toml", "leads.csv", "rates.csv"])
def test_a_file_that_is_there_already_is_never_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        write_demo(tmp_path, DAY)
    assert str(caught.value).startswith(f"{tmp_path / name} exists already, and is not replaced.")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]
