"""The notebook: the teams' own records, which two people may write at once and lose nothing.

Each write and the note of who changed what are one transaction. A record is edited as it was read:
when somebody else has changed it since, the edit is refused and both versions are shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.types import JSON

from connectors.notebook.checks import checked, checked_name
from connectors.notebook.conflicts import AlreadyThere, EditConflict, already_there, edit_conflict
from connectors.notebook.migrate import bring_up_to_date
from connectors.notebook.place import Place, for_writing, place_of
from connectors.notebook.tables import (
    CHANGES,
    KINDS,
    TABLES,
    R,
    as_json,
    change_of,
    record_of,
    row_of,
    unique_key,
)
from connectors.settings.settings import Settings
from kpis.errors import NotebookError
from kpis.records import Change, Meeting, Record

__all__ = ["AlreadyThere", "EditConflict", "Notebook", "open_notebook"]


def open_notebook(settings: Settings, *, to_read: bool = False) -> "Notebook":
    """The notebook of these settings, created or brought up to date first.

    to_read: nothing will be written, so a file that is missing is not created, and holds no record.
    It may be shared by threads. Raises NotebookError: unreachable, refused, no place to write,
    written by a newer version, or neither SQLite nor PostgreSQL.
    """
    place = place_of(settings)
    notebook = Notebook(place, settings.company.zone, to_read=to_read)
    if not notebook.is_absent:
        notebook.prepare()
    return notebook


class Notebook:
    """Records by kind (see :mod:`kpis.records`) in a database.

    Every method raises NotebookError when the database refuses, and those that write also when
    the record or the writer's name cannot be kept. Times in messages are in ``zone``. Opened
    ``to_read`` it refuses to write with TypeError.
    """

    def __init__(self, place: Place, zone: ZoneInfo, *, to_read: bool = False) -> None:
        self._place = place
        self._to_read = to_read
        self._zone = zone
        self._engine = place.engine()

    @property
    def is_absent(self) -> bool:
        """Whether it is only to be read, and its file is not there."""
        return self._to_read and self._place.is_gone()

    def prepare(self) -> None:
        """Create the tables, or change them to what this version of Alliance expects."""
        with self._problems("opened"):
            bring_up_to_date(self._engine, str(self._place))

    def add(self, record: R, who: str) -> R:
        """Keep a new record; return it with its id and version 1.

        Raises AlreadyThere: a second open meeting, target of the same KPI, period and campaign,
        sign-off of the same team, or state of the same alert.
        """
        who, record = checked_name(who), checked(replace(record, id=0, version=1))
        with self._writing(record) as connection:
            self._refuse_unknown_meeting(connection, record)
            table = TABLES[type(record)]
            row = insert(table).values(row_of(record)).returning(table.c.id)
            added = replace(record, id=connection.execute(row).scalar_one())
            _note_change(connection, who, added, after=added)
        return added

    def edit(self, seen: R, who: str, **changes: Any) -> R:
        """Change fields of a record that was read as ``seen``; return it as it is now.

        An edit that changes nothing is none. Raises EditConflict when the record has been changed
        or removed since, and AlreadyThere as :meth:`add` does.
        """
        if fixed := {"id", "version"} & changes.keys():
            raise TypeError(f"{', '.join(sorted(fixed))}: given by the notebook, not edited")
        who, yours = checked_name(who), checked(replace(seen, **changes))
        table = TABLES[type(seen)]
        with self._writing(yours) as connection:
            now = self._unchanged(connection, seen, yours)
            if now == yours:
                return now
            self._refuse_unknown_meeting(connection, yours)
            edited = replace(yours, version=now.version + 1)
            connection.execute(update(table).where(table.c.id == now.id).values(row_of(edited)))
            _note_change(connection, who, edited, before=now, after=edited)
        return edited

    def remove(self, seen: Record, who: str) -> None:
        """Take a record away; what it was stays among the changes.

        Raises EditConflict as :meth:`edit` does. A meeting stays: others refer to it.
        """
        who, table = checked_name(who), TABLES[type(seen)]
        if isinstance(seen, Meeting):
            raise NotebookError("A meeting cannot be removed: what was decided in it refers to it.")
        with self._writing(seen) as connection:
            now = self._unchanged(connection, seen, seen)
            connection.execute(delete(table).where(table.c.id == now.id))
            removed = replace(now, version=now.version + 1)
            _note_change(connection, who, removed, before=now)

    def all(self, kind: type[R], **equals: object) -> list[R]:
        """The records of a kind whose fields equal what is given, None for none; oldest first."""
        table = TABLES[kind]
        query = select(table).order_by(table.c.id)
        for name, value in equals.items():
            if name not in table.c or isinstance(table.c[name].type, JSON):
                raise TypeError(f"A {KINDS[kind]} cannot be asked for by its '{name}'")
            query = query.where(table.c[name] == value)
        if self.is_absent:
            return []
        with self._reading() as connection:
            return [record_of(kind, row) for row in connection.execute(query)]

    def open_meeting(self, meeting: Meeting, who: str) -> Meeting:
        """The meeting that is open already, else this one; whoever asks at once gets the same."""
        while True:
            for already_open in self.all(Meeting, closed_at=None):
                return already_open
            try:
                return self.add(meeting, who)
            except AlreadyThere:  # opened in between, and perhaps closed again
                continue

    def changes(self, kind: type[Record] | None = None, id: int | None = None) -> list[Change]:
        """The changes of a record, of all of a kind, or of all records; newest last."""
        query = select(CHANGES).order_by(CHANGES.c.id)
        if kind is not None:
            query = query.where(CHANGES.c.kind == kind.__name__)
        if id is not None:
            query = query.where(CHANGES.c.record_id == id)
        if self.is_absent:
            return []
        with self._reading() as connection:
            return [change_of(row) for row in connection.execute(query)]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._problems("read"):
            self._prepare_anew_if_gone()
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self, record: Record) -> Iterator[Connection]:
        """One transaction that writes ``record``, all or nothing."""
        if self._to_read:
            raise TypeError("A notebook that was opened to read cannot be written")
        with self._problems("written"):
            self._prepare_anew_if_gone()
            try:
                with for_writing(self._engine).begin() as connection:
                    yield connection
            except IntegrityError:
                key = unique_key(record)
                if key is None:
                    raise
                existing = self.all(type(record), unique_key=key)
                raise already_there(record, existing[0] if existing else None) from None

    def _prepare_anew_if_gone(self) -> None:
        """A file that was deleted while the dashboard ran is begun anew."""
        if self._place.is_gone():
            self.prepare()

    @contextmanager
    def _problems(self, verb: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise self._place.problem(error, verb) from None

    def _unchanged(self, connection: Connection, seen: R, yours: Record) -> R:
        """The record as it stands, held until the transaction ends; it is still as ``seen``."""
        kind = type(seen)
        table = TABLES[kind]
        row = connection.execute(
            select(table).where(table.c.id == seen.id).with_for_update()
        ).one_or_none()
        now = None if row is None else record_of(kind, row)
        if now is not None and now.version == seen.version:
            return now
        since = connection.execute(
            select(CHANGES)
            .where(CHANGES.c.kind == kind.__name__, CHANGES.c.record_id == seen.id)
            .where(CHANGES.c.version > seen.version)
            .order_by(CHANGES.c.version)
        )
        raise edit_conflict(seen, now, yours, [change_of(row) for row in since], self._zone)

    def _refuse_unknown_meeting(self, connection: Connection, record: Record) -> None:
        meeting = getattr(record, "meeting_id", None)
        meetings = TABLES[Meeting].c.id
        if meeting is not None and not connection.scalar(
            select(meetings).where(meetings == meeting)
        ):
            raise NotebookError(
                f"This {KINDS[type(record)]} cannot be kept: there is no meeting {meeting}."
            )


def _note_change(
    connection: Connection,
    who: str,
    record: Record,
    before: Record | None = None,
    after: Record | None = None,
) -> None:
    """Note who changed what. record: which one it is, with the version that the change made."""
    connection.execute(
        insert(CHANGES).values(
            at=datetime.now(UTC),
            who=who,
            kind=type(record).__name__,
            record_id=record.id,
            version=record.version,
            before=before and as_json(before),
            after=after and as_json(after),
        )
    )
