"""A refresh that is killed (SIGKILL) before any step that changes the disk is survived.

Each step is found by hooking what Python and its libraries do to the folder of snapshots, so a new
one is tried as well. See tests/faults/killed_refresh.py.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.canaries import canaries, environment, files_written, found_in
from tests.faults.deployment import FIRST_ROWS, deployed, environment_of

ROOT = Path(__file__).parents[2]
FAULTS = ("killed between two steps", "prune interrupted")
MUST_BE_TRIED = (
    *("mkdir", "write_table", "run", "manifest.json", "manifest.sha256", "rename", "CURRENT"),
    *("prune", "rmtree", "remove", "rmdir", ".refresh.lock"),
)
NOTHING_KEPT = "\n[snapshots]\nkeep_all_days = 0\nkeep_daily_days = 0\n"
"""So that each refresh prunes the snapshot before it."""


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("killed")
    leads = "".join(f"{','.join(row)}\n" for row in FIRST_ROWS)
    (folder / "leads.csv").write_text(f"id,created\n{leads}", encoding="utf-8")
    source = '[sources.crm]\nkind = "files"\nfolder = "."'
    with environment_of(environment()):
        made = deployed(folder, source, 'from = "leads.csv"', len, more=NOTHING_KEPT)
        command = [sys.executable, "-m", "tests.faults.killed_refresh", str(made.settings_file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    everything = [done.stdout, done.stderr, *files_written(folder)]
    assert found_in(everything, canaries()) == set()
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_kill_before_any_step_is_survived(steps: list[dict[str, Any]], fault: str) -> None:
    """Before: two leads and one more for each step so far. A kill shows those, or the new ones."""
    done = [step["step"] for step in steps]
    assert done[-1] == "" and "" not in done[:-1]
    for name in MUST_BE_TRIED:
        assert any(name in step for step in done), f"{name} was not tried: {done}"
    for number, step in enumerate(steps):
        old = ["a", "b", *(f"lead-{n:03}" for n in range(number))]
        new = [*old, f"lead-{number:03}"]
        where = f"killed before {step['step']}"
        assert step["before"]["leads"] == old
        assert step["killed"]["leads"] in (old, new), where
        assert step["after"]["leads"] == new, where
        assert step["after"]["name"] >= step["killed"]["name"] >= step["before"]["name"]
        for found in (step["killed"], step["after"]):
            assert found["sound"] and found["read"] == len(found["leads"]) + 1, where
        assert step["left behind"] == [], where
