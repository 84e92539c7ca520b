"""docs/reliability.md lists the faults that are tested, and each test's faults are listed."""

import importlib
import re
from pathlib import Path

FOLDER = Path(__file__).parent
PAGE = FOLDER.parents[1] / "docs" / "reliability.md"
NOT_OF_FAULTS = {"test_messages", "test_reliability"}
"""Tests of what is said, which inject none that others do not."""


def listed() -> dict[str, set[str]]:
    """By the module that a line of the page names: the faults of the table below it."""
    found: dict[str, set[str]] = {}
    module = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if named := re.match(r"`tests/faults/(\w+)\.py`", line):
            module = named[1]
            found[module] = set()
        elif line.startswith("| ") and not line.startswith("| fault |"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == 3 and all(cells), line
            found[module].add(cells[0])
    return found


def test_the_page_and_the_tests_list_the_same_faults() -> None:
    modules = {file.stem for file in FOLDER.glob("test_*.py")} - NOT_OF_FAULTS
    tested = {name: set(importlib.import_module(f"tests.faults.{name}").FAULTS) for name in modules}
    assert listed() == tested
    assert sum(map(len, tested.values())) > 40


def test_every_file_that_the_page_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", PAGE.read_text(encoding="utf-8"))
    assert all((FOLDER.parents[1] / name).is_file() for name in named)
