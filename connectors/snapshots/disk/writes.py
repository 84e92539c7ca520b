"""Changes to the folder of snapshots: whole or not at all, and what the disk refuses in words."""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from kpis.errors import SnapshotError

BUILDING, REMOVING = ".building", ".removing"
"""How the names of folders end that are being written and removed; they begin with a dot."""
_DAY_SECONDS = 24 * 3600
_OLD_SECONDS = 60.0


@contextlib.contextmanager
def changes_to(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one paragraph, a SnapshotError."""
    try:
        yield
    except OSError as error:
        raise SnapshotError(
            f"The folder of snapshots, {folder}, cannot be changed: {error.strerror or error}. "
            "Check that its disk has space and that Alliance may write there, or name another one "
            "as 'folder' under [snapshots]."
        ) from error


def replace_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` so that a reader sees the old or the new text, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        sync(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync(path.parent)


def remove_leftovers(folder: Path) -> None:
    """Remove what processes left behind that were killed; only the holder of the lock may.

    Failures are recorded without the lock, so the new ones among their halves may be in use.
    """
    for ending in (BUILDING, REMOVING):
        for path in folder.glob(f".*{ending}"):
            shutil.rmtree(path)
    for path in folder.glob(".CURRENT.*"):
        path.unlink()
    for path in folder.glob(".FAILURE-*"):
        if time.time() - path.stat().st_mtime > _OLD_SECONDS:
            path.unlink()
    for path in folder.glob(".refreshing-*"):  # of settings that have changed since
        if time.time() - path.stat().st_mtime > _DAY_SECONDS:
            path.unlink(missing_ok=True)


def sync_tree(folder: Path) -> None:
    """Flush a folder and all within it to disk."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def sync(path: Path) -> None:
    """Flush a file or folder to disk, so that a power cut cannot undo the order of writes."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
