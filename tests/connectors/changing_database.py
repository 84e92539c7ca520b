"""A database whose rows change, for tests that read only the changed ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from connectors.mapping.mapping import MappedTable
from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.kept_rows import kept_rows
from connectors.snapshots.reading import read_parts
from connectors.sources.changed.kept import Keeper
from kpis.errors import AllianceError

START = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
"""The evening before clocks in Berlin go back."""


@dataclass(frozen=True)
class Changing:
    """A table ``contacts`` that changes. url: as Alliance reads it. engine: who changes it.

    stamp: the type of ``changed_at``. time_zone: of the source. stamped: what is written for a
    moment.
    """

    url: str
    engine: Engine
    stamp: str
    time_zone: str = "UTC"

    def create(self) -> None:
        number = "NUMERIC(12,2)" if self.engine.dialect.name != "sqlite" else ""
        self.run(
            "DROP TABLE IF EXISTS contacts",
            "DROP TABLE IF EXISTS hidden",
            "CREATE TABLE hidden (row_id INT)",
            "CREATE TABLE contacts (row_id INT PRIMARY KEY, lead_id VARCHAR(20), "
            f"created_at VARCHAR(20), score {number}, changed_at {self.stamp} NULL)",
        )

    def run(self, *statements: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    def put(self, row: int, lead: str | None, score: Any, at: datetime | None) -> None:
        """Insert a row, or write it anew, as changed at that moment."""
        self.run(
            "DELETE FROM contacts WHERE row_id = :row",
            "INSERT INTO contacts VALUES (:row, :lead, '2026-01-02', :score, :at)",
            row=row,
            lead=lead,
            score=score,
            at=None if at is None else self.stamped(at),
        )

    def stamped(self, at: datetime) -> Any:
        kind = self.stamp.split()[0]
        if kind == "timestamptz":
            return at
        if kind in ("DATETIME", "TIMESTAMP"):
            return at.replace(tzinfo=None)
        if kind == "date":
            return at.date()
        if kind == "bigint":
            return int(at.timestamp() * 1000)
        if kind == "numeric":
            return Decimal(int(at.timestamp() * 100)) / 100
        return at.strftime("%Y-%m-%d %H:%M:%S")

    def settings(self, folder: Path, reads: str = 'from = "contacts"', more: str = "") -> Settings:
        path = folder / "settings.toml"
        path.write_text(
            f'[sources.crm]\nkind = "database"\nurl = "{self.url}"\n'
            f'time_zone = "{self.time_zone}"\n[tables.leads]\nsource = "crm"\n{reads}\n'
            f'updated_at = "changed_at"\nrow_key = "row_id"\n{more}',
            encoding="utf-8",
        )
        return load_settings(path)


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def by_changes(settings: Settings, now: datetime) -> tuple[MappedTable | Exception, str]:
    """The leads as a refresh reads and maps them, and how they were read."""
    with kept_rows(settings, now) as kept:
        found = _leads(settings, now, kept)
    return found, kept.how["leads"]


def in_full(settings: Settings, now: datetime) -> MappedTable | Exception:
    """The leads as they are where all rows are read, and none are kept."""
    return _leads(settings, now)


def _leads(
    settings: Settings, now: datetime, kept: Keeper | None = None
) -> MappedTable | Exception:
    try:
        ((_, found),) = read_parts(settings, now.date(), keeper=kept)
    except AllianceError as error:
        return error
    return found


def assert_same(one: MappedTable | Exception, other: MappedTable | Exception) -> None:
    """That two tables are equal in every row, its order, each reject and each note."""
    if isinstance(other, Exception) or isinstance(one, Exception):
        assert (type(one), str(one)) == (type(other), str(other))
        return
    assert one.frame.equals(other.frame)
    assert one.rejects.equals(other.rejects)
    assert one.rows.tolist() == other.rows.tolist()
    assert (one.rows_read, one.notes) == (other.rows_read, other.notes)
    assert (one.mapped, one.place) == (other.mapped, other.place)
