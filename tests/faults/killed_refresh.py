"""Kills a refresh before each step that changes the disk, and says what a reader finds then.

``python -m tests.faults.killed_refresh SETTINGS`` runs it in a process of its own, which forks a
child for each refresh: a child has all libraries loaded, and SIGKILL leaves it no time to tidy up.
One line of JSON is printed for each step.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots import engine
from connectors.snapshots import refresh as refreshing
from connectors.snapshots.newest_sound import current_snapshot, is_sound
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import kept_snapshots, read_table

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}
"""What Python says of itself before it changes the disk, beside files that it opens to write."""
WRITTEN_ELSEWHERE = ((refreshing.pq, "write_table"), (engine, "run"), (refreshing, "prune"))
"""What writes files without Python's knowledge, and what ends a refresh."""


def steps_of(folder: Path, before_step: Callable[[str], None]) -> None:
    """Call ``before_step`` before each step of this process that changes ``folder``."""

    def on_event(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and _is_written(arguments)
        within = str(folder) in str(arguments[0]) if arguments else False
        if writes and within or event in CHANGES and (within or _is_in_a_tree(arguments)):
            before_step(event if _is_in_a_tree(arguments) else f"{event} {Path(arguments[0]).name}")

    sys.addaudithook(on_event)
    for module, name in WRITTEN_ELSEWHERE:
        setattr(module, name, announced(getattr(module, name), name, before_step))


def _is_written(arguments: tuple[Any, ...]) -> bool:
    """Whether a file is opened to write; without a mode by name, the flags of the system say it."""
    _, mode, flags = arguments
    return (
        any(sign in mode for sign in "wax+") if mode else bool(flags & (os.O_CREAT | os.O_WRONLY))
    )


def _is_in_a_tree(arguments: tuple[Any, ...]) -> bool:
    """Whether a file is one of a folder that shutil.rmtree removes: named from within it."""
    return not Path(os.fsdecode(arguments[0])).is_absolute()


def announced(call: Any, name: str, before_step: Callable[[str], None]) -> Any:
    def with_step(*arguments: Any, **named: Any) -> Any:
        before_step(name)
        return call(*arguments, **named)

    return with_step


def child(settings: Settings, killed_before: int | None) -> tuple[bool, str]:
    """Refresh in a child; whether SIGKILL ended it, and the step that it came to."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        count, before = 0, ["", ""]

        def before_step(what: str) -> None:
            nonlocal count
            if before == [what, what]:
                return  # of a dozen files that are written or removed in a row, two are enough
            before[:] = before[1], what
            if count == killed_before:
                os.write(writer, what.encode())
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

        steps_of(settings.snapshot_folder, before_step)
        refresh(settings, datetime.now(UTC))
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(process, 0)
    with os.fdopen(reader) as said:
        what = said.read()
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, what


def found(settings: Settings) -> dict[str, object]:
    """What a reader finds: the shown snapshot, how many leads it has, and whether it is sound."""
    shown = current_snapshot(settings)
    assert shown is not None, "no snapshot is shown"
    return {
        "name": shown.name,
        "leads": sorted(read_table(shown.folder, "leads")["lead_id"]),
        "read": shown.manifest.tables["leads"].read,
        "sound": all(is_sound(kept) for kept in kept_snapshots(settings)),
    }


def killed_at_each_step(settings: Settings) -> Iterator[dict[str, object]]:
    """For each step: what a reader finds after the kill, and after the next refresh."""
    leads = settings.folder / "leads.csv"
    step, ended = 0, False
    while not ended:
        with leads.open("a", encoding="utf-8") as file:
            file.write(f"lead-{step:03},2026-01-04\n")
        before = found(settings)
        killed, what = child(settings, step)
        ended = not killed
        left = found(settings)
        assert ended or child(settings, None) == (False, ""), f"no refresh after {what}"
        folder = settings.snapshot_folder
        yield {
            "step": what,
            "before": before,
            "killed": left,
            "after": found(settings),
            "left behind": sorted(path.name for path in folder.glob(".*")),
        }
        step += 1


if __name__ == "__main__":
    given = load_settings(Path(sys.argv[1]))
    refresh(given, datetime.now(UTC))  # loads what a refresh needs, and writes its SQL
    for line in killed_at_each_step(given):
        print(json.dumps(line), flush=True)
