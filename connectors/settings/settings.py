"""What a deployment may say about itself: company, definitions, sources, tables, agreements.

Secrets never stand in the settings: a value is a reference, ``env:NAME`` or ``secrets:NAME``, that
:mod:`connectors.settings.secrets` looks up when needed. :mod:`connectors.settings.file` reads the
file.
"""

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from connectors.settings.database_url import DatabaseUrl
from connectors.settings.durations import Duration
from connectors.settings.outbox import Outbox
from connectors.settings.secrets import REFERENCES
from connectors.settings.tables import Strict, Tables, TableSettings, part_name, why_not_by_changes
from kpis.calendar import today
from kpis.catalogue import CATALOGUE
from kpis.definitions import FIRST_YEAR, LAST_YEAR, Company, Definitions, Target, TimeZone
from kpis.errors import nearest
from kpis.model import BUILT_IN_DIMENSIONS, DIMENSION_TABLES, TABLES, columns_of
from kpis.signs.thresholds import AlertRule, Thresholds

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
"""The days that can be reported on; dates outside are rejected from the sources, too."""

TAKEN = (
    *("measure", "day", "cohort_day", "campaign_id", "value", "week", "month"),
    *("period", "days", "attribution", "kpi", "rank", "refresh", "retry", "selection"),
    *("filters", "cards", "goals", "freshness", "signs", "stages", "findings", "rejects"),
    *("by", "became", "cohort", "step", "present", "focus", "depth"),
)
"""Columns of the facts, groups of a report, parts of a page: no dimension may be called so."""


class DatabaseSource(Strict):
    """A relational database, read through SQLAlchemy.

    schema: where PostgreSQL looks for tables. preset, layout: which tool wrote them, and how;
    without: tables of the preset to leave out. with_deleted: rows that the tool marks as deleted
    count, too. See connectors.settings.presets.
    """

    kind: Literal["database"]
    url: DatabaseUrl
    schema_: str | None = Field(default=None, alias="schema", min_length=1)
    preset: str | None = None
    layout: str | None = None
    without: list[str] = []
    with_deleted: bool = False
    time_zone: TimeZone | None = None
    batch_rows: int = Field(default=50_000, ge=1)

    @model_validator(mode="after")
    def _has_preset(self) -> "DatabaseSource":
        if self.preset is None and (self.layout is not None or self.without or self.with_deleted):
            raise ValueError("has 'layout', 'without' or 'with_deleted', which need a 'preset'")
        return self


DEFAULT_CREDENTIALS = "default"
"""What settings call Google's application default credentials."""


class SheetsSource(Strict):
    """A Google spreadsheet, read through gspread.

    credentials: a reference to a service account's key, or ``default``, those of the machine.
    """

    kind: Literal["google_sheets"]
    spreadsheet: str
    credentials: str
    api: str = "https://sheets.googleapis.com"
    time_zone: TimeZone | None = None

    @field_validator("credentials")
    @classmethod
    def _is_reference(cls, value: str) -> str:
        if value != DEFAULT_CREDENTIALS and not value.startswith(REFERENCES):
            raise ValueError(
                "must be a reference, 'env:NAME' or 'secrets:NAME', to a service account's key, "
                "or 'default' for the application default credentials"
            )
        return value


class FilesSource(Strict):
    """A folder of CSV, TSV, Excel and Parquet files; relative to the settings file."""

    kind: Literal["files"]
    folder: str
    encoding: str | None = None
    separator: str | None = None
    time_zone: TimeZone | None = None


class DemoSource(Strict):
    """Generated data with stories worth finding; every canonical table filled."""

    kind: Literal["demo"]
    leads: int = Field(default=20_000, ge=100)
    seed: int = 7
    time_zone: TimeZone | None = None


Source = Annotated[
    DatabaseSource | SheetsSource | FilesSource | DemoSource, Field(discriminator="kind")
]


class Snapshots(Strict):
    """Where refreshed data is kept, how long, and how old it may be for ``report``.

    refresh_every: how often the served dashboard reads the sources; None leaves it to others.
    refresh_limit: how long that may take. full_read_every: how old kept rows may be, where only
    changed rows of a database are read.
    """

    folder: str = "snapshots"
    fresh_minutes: int = Field(default=60, ge=0)
    refresh_every: Duration | None = None
    refresh_limit: Duration = timedelta(minutes=30)
    full_read_every: Duration = timedelta(days=1)

    @property
    def old_after(self) -> timedelta:
        """The age from which figures are called old: twice ``refresh_every``, else a day."""
        return 2 * self.refresh_every if self.refresh_every else timedelta(days=1)

    keep_all_days: int = Field(default=2, ge=0)
    keep_daily_days: int = Field(default=120, ge=0)


class NotebookSettings(Strict):
    """The database of the teams' own records: a file beside the settings, or any PostgreSQL."""

    url: DatabaseUrl | None = None


class Settings(Strict):
    """Everything a deployment says about itself.

    as_of: report as of this day instead of today, for data that has ended.
    owners: who answers for a KPI, by its key. signs: from where on something is a warning sign.
    alerts: when a message is sent. outbox: where messages go. notebook: where the teams' own
        records are kept.
    """

    as_of: date | None = Field(default=None, ge=FIRST_DAY, le=LAST_DAY)
    company: Company = Company()
    definitions: Definitions = Definitions()
    dimensions: dict[str, str] = {}
    sources: dict[str, Source] = {}
    tables: Tables = {}
    targets: tuple[Target, ...] = ()
    owners: dict[str, Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]] = {}
    signs: Thresholds = Thresholds()
    alerts: tuple[AlertRule, ...] = ()
    outbox: Outbox = Outbox()
    notebook: NotebookSettings = NotebookSettings()
    snapshots: Snapshots = Snapshots()
    folder: Path = Field(default=Path(), exclude=True)

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """The lead columns that were named as dimensions, in the order of the settings."""
        return tuple(self.dimensions)

    @property
    def snapshot_folder(self) -> Path:
        """Where snapshots are kept; relative to the settings file."""
        return self.folder / self.snapshots.folder

    @property
    def fingerprint(self) -> str:
        """A hash of all that decides what a snapshot holds: not of agreements, nor of retention."""
        others = {"targets", "owners", "signs", "alerts", "outbox", "notebook", "snapshots"}
        what = self.model_dump_json(exclude=others, by_alias=True)
        return hashlib.sha256(what.encode()).hexdigest()[:16]

    @property
    def read_in_full(self) -> "Settings":
        """The same settings, with which a refresh reads all rows of each table."""
        always = self.snapshots.model_copy(update={"full_read_every": timedelta()})
        return self.model_copy(update={"snapshots": always})

    def report_day(self, now: datetime) -> date:
        """The day that is reported as of at the instant ``now``: the company's today, or as_of."""
        return self.as_of or today(self.company, now)

    @property
    def parts(self) -> dict[str, tuple[str, TableSettings]]:
        """Every part of every table by its own name: the table that it belongs to, and how."""
        return {
            part_name(name, number, len(parts)): (name, part)
            for name, parts in self.tables.items()
            for number, part in enumerate(parts, start=1)
        }

    def parts_of(self, source: str) -> dict[str, TableSettings]:
        """The parts of tables that come from ``source`` by name, with how they are mapped."""
        return {name: part for name, (_, part) in self.parts.items() if part.source == source}

    @field_validator("dimensions")
    @classmethod
    def _dimension_names_are_free(cls, dimensions: dict[str, str]) -> dict[str, str]:
        taken = {*BUILT_IN_DIMENSIONS, *TAKEN}
        taken |= {c for table in DIMENSION_TABLES for c in TABLES[table].column_names}
        for name in dimensions:
            # To SQL "Owner" and "owner" are one name.
            if name.casefold() in taken:
                raise ValueError(f"'{name}' is a name Alliance uses itself; choose another one")
            taken.add(name.casefold())
            if not name.isidentifier():
                raise ValueError(f"'{name}' must be letters, digits and underscores")
        return dimensions

    @model_validator(mode="after")
    def _names_are_known(self) -> "Settings":
        named = [("targets", target.kpi) for target in self.targets]
        named += [("owners", key) for key in self.owners]
        named += [("alerts", rule.kpi) for rule in self.alerts]
        for section, key in named:
            if key not in CATALOGUE:
                raise ValueError(f"{section}: no KPI '{key}'. {nearest(key, CATALOGUE)}")
        for name, (table, part) in self.parts.items():
            if table not in TABLES:
                raise ValueError(f"tables.{table}: no such table. {nearest(table, TABLES)}")
            if part.source not in self.sources:
                # Not repeated: a whole URL may have been put where the name belongs.
                hint = nearest(part.source, self.sources)
                raise ValueError(f"tables.{name}: 'source' names none of the sources. {hint}")
            kind = self.sources[part.source].kind
            if kind == "demo" and part.query is not None:
                raise ValueError(
                    f"tables.{name}: the demo answers no 'query'. Write from = \"{table}\" instead"
                )
            if kind in ("demo", "database") and part.header_row is not None:
                raise ValueError(
                    f"tables.{name}: 'header_row' is for files and worksheets. Remove it"
                )
            if why := why_not_by_changes(name, part, kind):
                raise ValueError(f"tables.{name}: {why}")
            known = [column.name for column in columns_of(table, self.dimension_names)]
            for column in part.columns_named:
                if column not in known:
                    raise ValueError(
                        f"tables.{name}: no column '{column}'. {nearest(column, known)}"
                    )
        return self

    @property
    def lines(self) -> list[tuple[str, str, float]]:
        """Each value of a target or alert in the unit of its KPI: its section, KPI and value."""
        found = [("targets", target.kpi, target.value) for target in self.targets]
        return found + [
            ("alerts", rule.kpi, line)
            for rule in self.alerts
            for line in (rule.below, rule.above)
            if line is not None
        ]

    @model_validator(mode="after")
    def _shares_are_no_percent(self) -> "Settings":
        for section, key, line in self.lines:
            if CATALOGUE[key].unit == "share" and line > 1:
                raise ValueError(
                    f"{section}: '{key}' is a share, and {line:g} would be {line:,.0%}. Write "
                    f"{line / 100:g} for {line:g}%"
                )
        return self
