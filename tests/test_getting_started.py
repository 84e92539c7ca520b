"""The transcripts of docs/getting-started.md, run as they stand against real data and databases.

A block belongs to the scene that the comment above it names. A line ``…`` stands for any lines of
the output, and ``…`` within a line for any text; all else must be printed as it is shown, what
comes on standard error where a terminal shows it. A last line ``(exit status 1)`` is the status.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from connectors.settings.file import load_settings
from connectors.snapshots.newest_sound import current_snapshot
from tests.hubspot_tables import hubspot_tables
from tests.postgres_server import Postgres
from tests.synced_database import synced_tables
from tests.test_presets import EXPORTS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "getting-started.md"
_SCENE = re.compile(r"<!-- scene: (\w+) -->\n```console\n(.*?)```", re.S)
_STATUS = re.compile(r"\(exit status (\d)\)")
_IN_WAREHOUSE = ("salesforce", "google_ads", "linkedin_ads", "microsoft_ads")

Scene = dict[str, str]
"""The environment of a scene: variables that its transcript exports."""


def transcripts() -> dict[str, str]:
    return dict(_SCENE.findall(PAGE.read_text(encoding="utf-8")))


def steps(transcript: str) -> Iterator[tuple[str, list[str], int]]:
    """Each command of a transcript, with the lines that are shown below it, and its exit status."""
    for step in re.split(r"^\$ ", transcript, flags=re.M)[1:]:
        command, *shown = step.rstrip("\n").split("\n")
        status = _STATUS.fullmatch(shown[-1]) if shown else None
        yield command, shown[:-1] if status else shown, int(status[1]) if status else 0


def pattern(shown: list[str]) -> str:
    """What an output must match."""
    lines = (
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"[ ]*\n"
        for line in shown
    )
    return "".join(lines)


def run(command: str, folder: Path, environment: Scene) -> tuple[str, int]:
    """Run ``python cli.py …`` as a person would; return what a terminal shows, and the status."""
    python, script, *arguments = shlex.split(command)
    assert (python, script) == ("python", "cli.py")
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder,
        env={**os.environ, **environment, "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    return done.stdout, done.returncode


@pytest.fixture(scope="module")
def scenes(request: pytest.FixtureRequest) -> dict[str, Callable[[Path], Scene]]:
    """What prepares each scene in its folder, and returns the variables that it exports.

    Only two need data from outside: without it they are skipped, with the reason.
    """

    def maven(folder: Path) -> Scene:
        real_data: Path = request.getfixturevalue("real_data")
        shutil.copytree(real_data / "crm_maven", folder / "data")
        return {}

    def salesforce(folder: Path) -> Scene:
        real_data: Path = request.getfixturevalue("real_data")
        postgres: Postgres = request.getfixturevalue("postgres")
        postgres.new_database("warehouse")
        for schema in _IN_WAREHOUSE:
            of, begin, names = EXPORTS[schema]
            files = {name: real_data / of / f"{begin}{name}_data.csv" for name in names}
            if schema == "linkedin_ads":
                files["campaign_history"] = real_data / of / "linkedin_ad_campaign_history_data.csv"
            synced_tables(postgres, "warehouse", schema, files)
        return {"WAREHOUSE_URL": postgres.reader("warehouse")}

    def hubspot(folder: Path) -> Scene:
        postgres: Postgres = request.getfixturevalue("postgres")
        hubspot_tables(postgres, "started_crm")
        return {"CRM_URL": postgres.reader("started_crm")}

    return {"maven": maven, "salesforce": salesforce, "hubspot": hubspot}


def test_the_page_has_a_transcript_of_each_scene() -> None:
    """Were the page written otherwise, the tests below would find nothing and pass."""
    assert set(transcripts()) == {"maven", "salesforce", "hubspot"}
    for transcript in transcripts().values():
        commands = [command.split()[2] for command, *_ in steps(transcript) if "cli.py" in command]
        assert list(dict.fromkeys(commands)) == ["init", "check", "refresh", "report"]
        assert all(shown for command, shown, _ in steps(transcript) if "cli.py" in command)


@pytest.mark.parametrize("name", ["maven", "salesforce", "hubspot"])
def test_the_transcript_is_what_the_commands_print(
    name: str, scenes: dict[str, Callable[[Path], Scene]], tmp_path: Path
) -> None:
    environment = scenes[name](tmp_path)
    for command, shown, status in steps(transcripts()[name]):
        if command.startswith("export "):
            assert command.removeprefix("export ").partition("=")[0] in environment
            continue
        printed, ended = run(command, tmp_path, environment)
        assert ended == status, f"$ {command}\n{printed}"
        assert re.fullmatch(pattern(shown), printed), f"$ {command}\n{printed}"
    written = (tmp_path / "settings.toml").read_text(encoding="utf-8")
    assert not any(secret in written for secret in environment.values())
    if name == "hubspot":
        check_stages_and_contacts(tmp_path)


def check_stages_and_contacts(folder: Path) -> None:
    """Each deal has its stage, and those with a contact that is there have it."""
    snapshot = current_snapshot(load_settings(folder / "settings.toml"))
    assert snapshot is not None
    rows = pq.read_table(snapshot.folder / "deals.parquet").to_pylist()
    found = {row["deal_id"]: (row["status"], row["stage"], row["lead_id"]) for row in rows}
    assert found == {
        "501": ("won", "Closed won", "11"),
        "502": ("lost", "Closed lost", "12"),
        "503": ("open", "Proposal", None),
    }
