"""Rows as they were read, kept beside the snapshots for the next refresh to put changes into.

``<folder>/kept/<part>-<digest>.parquet``: one file a part, named by the hash of all that decides
which rows the part has, and by its own SHA-256. It is written beside the one before and takes its
place with one rename, so that it is there as a whole or not at all. No figure is read from it: a
file that is missing, damaged, or newer than the last snapshot costs a full read, or nothing.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.settings.durations import duration_text
from connectors.settings.settings import Settings
from connectors.settings.tables import table_of
from connectors.snapshots.disk.checksums import digest_of
from connectors.snapshots.disk.writes import changes_to, sync
from connectors.sources.changed.kept import AllRows, KeptRows

FORMAT = 1
"""Raised when rows that an older version kept would be read otherwise now."""
_ABOUT = b"alliance"


@contextlib.contextmanager
def kept_rows(settings: Settings, now: datetime) -> Iterator["KeptFolder"]:
    """The rows kept in the folder of snapshots, for a refresh that holds its lock.

    They are written beside the refresh, and are all on disk at its end.

    Raises SnapshotError where the disk does not take them.
    """
    root, every = settings.snapshot_folder, settings.snapshots.full_read_every
    try:
        with ThreadPoolExecutor(1) as writer:
            kept = KeptFolder(settings, now, writer)
            yield kept
            for write in kept.writes:
                write.result()
    except BaseException:
        with contextlib.suppress(OSError):  # why the refresh failed is said; the next one removes
            prune_kept(root, now, every)
        raise
    with changes_to(root):
        kept.remove_unused()


class KeptFolder:
    """Keeps rows of parts; a Keeper of connectors.sources.changed.

    how: by part, how it was read. writes: what is still being written.
    """

    def __init__(self, settings: Settings, now: datetime, writer: ThreadPoolExecutor) -> None:
        self.now, self.how, self.writes = now, dict[str, str](), list[Future[None]]()
        self._root, self._writer = settings.snapshot_folder, writer
        self._owner, self._used = _owner(settings), set[str]()
        self._every = settings.snapshots.full_read_every

    def rows(self, what: tuple[str, ...]) -> KeptRows:
        """The rows that are kept of ``what``; raises AllRows where all must be read."""
        self._used.add(_name(what))
        files = sorted(_folder(self._root).glob(f"{_name(what)}-*.parquet"), key=_written_at)
        if not files:
            raise AllRows("since none are kept of these settings")
        rows = _read(files[-1])
        if rows is None:
            raise AllRows("since the ones that are kept are damaged")
        if not timedelta() <= self.now - rows.full_at < self._every:
            every = f"they are every {duration_text(self._every)}" if self._every else "was asked"
            raise AllRows(f"as {every}")
        return rows

    def keep(self, what: tuple[str, ...], rows: KeptRows) -> None:
        """Write ``rows`` in place of those before."""
        name = _name(what)
        self.writes.append(self._writer.submit(_write, self._root, name, self._owner, rows))

    def drop(self, what: tuple[str, ...]) -> None:
        """Remove the rows that are kept of ``what``."""
        self.writes.append(self._writer.submit(_remove, self._root, _name(what)))

    def remove_unused(self) -> None:
        """Remove what these settings kept of parts that they no longer read by their changes."""
        for file in _folder(self._root).glob("*.parquet"):
            about = _about(file)
            is_ours = about is not None and about.get("owner") == self._owner
            if is_ours and file.name.partition("-")[0] not in self._used:
                file.unlink()

    def note(self, part: str, how: str) -> None:
        """Remember how a part was read."""
        self.how[part] = how

    def of_table(self, table: str) -> tuple[str, ...]:
        """How the parts of a table were read; of several, each with its name."""
        of_parts = {part: how for part, how in self.how.items() if table_of(part) == table}
        return tuple(how if part == table else f"{part}: {how}" for part, how in of_parts.items())


def prune_kept(root: Path, now: datetime, every: timedelta) -> None:
    """Remove the rows that no refresh will use: of earlier settings, or not written as a whole.

    root: the folder of snapshots, whose lock is held. every: ``full_read_every``.
    """
    for file in _folder(root).glob("*"):
        about = _about(file) if file.suffix == ".parquet" else None
        if about is None or now - datetime.fromisoformat(about["full_at"]) > every:
            file.unlink()


def _folder(root: Path) -> Path:
    return root / "kept"


def _name(what: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps((FORMAT, *what)).encode()).hexdigest()[:16]


def _owner(settings: Settings) -> str:
    """Whose rows are kept: folders of snapshots may be shared."""
    return json.dumps([str(settings.folder.resolve()), settings.company.name])


def _written_at(file: Path) -> int:
    return file.stat().st_mtime_ns


def _remove(root: Path, name: str) -> None:
    with changes_to(root):
        for file in _folder(root).glob(f"{name}-*.parquet"):
            file.unlink()


def _write(root: Path, name: str, owner: str, rows: KeptRows) -> None:
    folder = _folder(root)
    facts = {"kinds": rows.kinds, "since": rows.since, "owner": owner}
    about = json.dumps({**facts, "full_at": rows.full_at.isoformat()}).encode()
    building = folder / f"{name}.building"
    with changes_to(root):
        folder.mkdir(parents=True, exist_ok=True)
        before = list(folder.glob(f"{name}-*.parquet"))
        pq.write_table(rows.table.replace_schema_metadata({_ABOUT: about}), building)
        sync(building)
        whole = folder / f"{name}-{digest_of(building)}.parquet"
        os.replace(building, whole)
        sync(folder)
        for file in before:
            if file != whole:
                file.unlink()


def _read(file: Path) -> KeptRows | None:
    """The rows in a file; None where it is not what was written."""
    try:
        if not file.stem.endswith(digest_of(file)):
            return None
        about, table = _about(file), pq.read_table(file)
    except (OSError, pa.ArrowInvalid):
        return None
    if about is None:
        return None
    full_at = datetime.fromisoformat(about["full_at"])
    plain = table.replace_schema_metadata()
    return KeptRows(plain, tuple(about["kinds"]), about["since"], full_at)


def _about(file: Path) -> dict[str, str] | None:
    """What the file says about itself; None where it cannot be read."""
    try:
        found: dict[str, str] = json.loads(pq.read_schema(file).metadata[_ABOUT])
    except (OSError, pa.ArrowInvalid, KeyError, TypeError, ValueError):
        return None
    return found
