"""Faults of files: each is reported with its remedy, and survived (tests/faults/deployment.py)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.faults.canaries import environment
from tests.faults.deployment import Deployment, Fault, Row, deployed, environment_of, is_survived


@dataclass
class Files:
    """A folder with one file of leads."""

    path: Path

    def hold(self, rows: Sequence[Row], *header: str) -> None:
        columns = header or ("id", "created")
        if self.path.suffix == ".parquet":
            cells = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
            pq.write_table(pa.table(cells), self.path)
        else:
            lines = [columns, *rows]
            text = "".join(",".join(line) + "\n" for line in lines)
            self.path.write_text(text, encoding="utf-8")

    def cut(self) -> None:
        content = self.path.read_bytes()
        self.path.write_bytes(content[: len(content) // 2])


OF_TEXT = {
    "missing file": Fault(
        lambda files: files.path.rename(files.path.with_name("lead.csv")),
        ("Source 'crm'", "no file 'leads.csv'", "Did you mean 'lead.csv'?"),
        apart=True,
    ),
    "renamed column of a file": Fault(
        lambda files: files.hold([("a", "2026-01-02")], "id", "created on"),
        ("source 'crm'", "file 'leads.csv'", "no column 'created'", "Did you mean 'created on'?"),
    ),
    "header alone": Fault(
        lambda files: files.hold([]),
        ("Source 'crm'", "file 'leads.csv'", "has no rows.", "Fill it, or remove"),
    ),
    "nothing in a file": Fault(
        lambda files: files.path.write_bytes(b""),
        ("Source 'crm'", "file 'leads.csv'", "is empty. Its first row must name the columns."),
    ),
}
TRUNCATED = {
    "file cut off": Fault(
        lambda files: files.cut(),
        (
            "Source 'crm'",
            "file 'leads.parquet'",
            "is not a readable Parquet file. Export it again.",
        ),
    ),
}
FAULTS = OF_TEXT | TRUNCATED


@pytest.fixture(scope="module", params=["leads.csv", "leads.parquet"])
def files(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployment, Files]]:
    folder = tmp_path_factory.mktemp("files")
    held = Files(folder / request.param)
    source = '[sources.crm]\nkind = "files"\nfolder = "."'
    with environment_of(environment()):
        yield deployed(folder, source, f'from = "{request.param}"', held.hold), held


@pytest.mark.parametrize("files", ["leads.csv"], indirect=True)
@pytest.mark.parametrize("fault", OF_TEXT)
def test_a_fault_of_files_is_survived(
    files: tuple[Deployment, Files], fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    is_survived(*files, OF_TEXT[fault], capfd)


@pytest.mark.parametrize("files", ["leads.parquet"], indirect=True)
@pytest.mark.parametrize("fault", TRUNCATED)
def test_a_truncated_file_is_survived(
    files: tuple[Deployment, Files], fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    is_survived(*files, TRUNCATED[fault], capfd)
