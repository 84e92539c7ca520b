"""Checksums: whether the files of a snapshot are still what was written, by the SHA-256 of each.

The manifest holds that of every other file, and ``manifest.sha256`` that of the manifest, as
``sha256sum -c manifest.sha256`` reads it.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
CHANGED = "has changed since it was written"


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file in ``folder`` and below, by its path there; not of the manifest."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name: digest_of(folder / name) for name in sorted(names - {MANIFEST, SEAL})}


def seal_of(manifest: bytes) -> str:
    """What the seal of a manifest says."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n"


def is_sealed(folder: Path, manifest: bytes) -> bool:
    """Whether the seal in ``folder`` is that of its manifest."""
    try:
        return (folder / SEAL).read_bytes() == seal_of(manifest).encode()
    except OSError:
        return False


def fault_of(folder: Path, written: Mapping[str, str]) -> str:
    """What is wrong with the first file that is not as ``written``; empty where all are.

    A file is read once in a process, and again when its size or a time of the disk has changed: a
    click must not read a whole snapshot.
    """
    for name, digest in written.items():
        try:
            found = digest_of(folder / name)
        except OSError:
            return f"{name} is missing or cannot be read"
        if found != digest:
            return f"{name} {CHANGED}"
    return ""


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; raises OSError where it cannot be read."""
    status = path.stat()
    return _digest(path, (status.st_size, status.st_mtime_ns, status.st_ctime_ns))


@lru_cache(maxsize=4096)
def _digest(path: Path, _: tuple[int, int, int]) -> str:
    """The SHA-256 of a file, kept for as long as its size and its times stay."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
