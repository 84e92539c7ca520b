"""The manifest of a snapshot: what it is made of, and whether that is still what was written."""

import json
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from connectors.mapping.notes import Note
from connectors.snapshots.disk.checksums import CHANGED, MANIFEST, is_sealed
from kpis.definitions import Company, Definitions
from kpis.health.health import Health
from kpis.health.rejected import RejectReason, no_findings_text
from kpis.health.source_facts import SourceFacts

FORMAT = 6
"""Raised when snapshots of an older version can no longer be read, lack what is asked of them, or
may hold rows that are read otherwise now: 6 is the first that says what its tables hold."""


class TableReport(BaseModel):
    """What became of one canonical table: rows read = loaded + rejected.

    source, place: of all its parts. notes: what a rule did unasked, and what looks wrong.
    reasons: why rows were rejected. how: of each part that is read by its changes, which rows were
    read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    place: str
    read: int
    loaded: int
    rejected: int
    mapped: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    reasons: tuple[RejectReason, ...] = ()
    how: tuple[str, ...] = ()


class Manifest(BaseModel):
    """What a snapshot is made of, enough to ask it again later and get the same numbers.

    health: what the checks found in its rows. facts: what they hold. not_predicted: why no lifetime
    value is predicted as of its day, where definitions ask for one. files: the SHA-256 of each
    other file, by its path.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    created_at: datetime
    as_of: date
    settings: str
    company: Company
    definitions: Definitions
    definitions_hash: str
    dimensions: dict[str, str]
    sources: dict[str, str | None]
    tables: dict[str, TableReport]
    health: Health
    facts: SourceFacts
    not_predicted: str = ""
    files: dict[str, str] = {}

    @property
    def mapped(self) -> dict[str, frozenset[str]]:
        """Per mapped table the columns that came from its source."""
        return {name: frozenset(report.mapped) for name, report in self.tables.items()}

    @property
    def rejected(self) -> dict[str, tuple[int, int]]:
        """Per table how many rows were rejected and read; see kpis.health.rejected."""
        return {name: (report.rejected, report.read) for name, report in self.tables.items()}

    @property
    def sound_text(self) -> str:
        """What to say where no check found anything."""
        doubts = sum(note.is_doubt for table in self.tables.values() for note in table.notes)
        return no_findings_text(self.rejected, doubts)


def read_manifest(folder: Path) -> tuple[Manifest | None, str]:
    """The manifest in ``folder``, or what is wrong with it.

    Neither where the snapshot was removed, or made by another version.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError:
        return None, f"{MANIFEST} is missing or cannot be read" if folder.is_dir() else ""
    try:
        if _format_in(content) != FORMAT:
            return None, ""
        manifest = Manifest.model_validate_json(content)
    except ValueError:
        return None, f"{MANIFEST} {CHANGED}"
    return (manifest, "") if is_sealed(folder, content) else (None, f"{MANIFEST} {CHANGED}")


def _format_in(manifest: bytes) -> object:
    """The format that a manifest names; raises ValueError for what is no manifest."""
    content = json.loads(manifest)
    if not isinstance(content, dict) or "format" not in content:
        raise ValueError("no manifest")
    return content["format"]
