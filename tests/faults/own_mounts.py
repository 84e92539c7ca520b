"""Faults of a whole disk, on one of our own: run in a namespace in which anybody may mount.

``unshare --user --map-root-user --mount python -m tests.faults.own_mounts SETTINGS FAULT`` puts a
file system of 4 MB where the snapshots belong, and shows that its fault is survived.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults.deployment import Deployment, Fault, Row, is_survived

IN_A_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
SIZE = 4 * 2**20


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Nothing more fits on the disk until the end of the block."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:  # the disk is full
            pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    mount("-o", "remount,ro", str(folder))
    try:
        yield
    finally:
        mount("-o", "remount,rw", str(folder))


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


REMEDY = "Check that its disk has space and that Alliance may write there"
FAULTS = {
    "disk full": Fault(full, ("The folder of snapshots", "No space left on device", REMEDY)),
    "disk read-only": Fault(
        read_only, ("The folder of snapshots", "Read-only file system", REMEDY)
    ),
}


class Nothing:
    """In place of pytest's capfd: who runs this process reads what it prints."""

    def readouterr(self) -> tuple[str, str]:
        return "", ""


def holder(leads: Path) -> Callable[[Sequence[Row]], object]:
    def hold(rows: Sequence[Row]) -> None:
        lines = "".join(f"{','.join(row)}\n" for row in rows)
        leads.write_text(f"id,created\n{lines}", encoding="utf-8")

    return hold


if __name__ == "__main__":
    settings_file = Path(sys.argv[1])
    shop = Deployment(settings_file, holder(settings_file.with_name("leads.csv")), ())
    shop.folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(shop.folder))
    fault = FAULTS[sys.argv[2]]
    print(is_survived(shop, shop.folder, fault, Nothing(), is_kept=False))
    for text in (*shop.printed, *shop.pages):
        print(text)
