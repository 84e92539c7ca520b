"""A source's table becomes a canonical table: every row is loaded, or rejected with its reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from connectors.mapping.amounts.rates_note import rates_note
from connectors.mapping.named_values import start_of
from connectors.mapping.notes import Note
from connectors.mapping.rejects import Rejects, reject_duplicates
from connectors.mapping.rows.grouped import ditto_notes, grouped_notes
from connectors.mapping.rows.invoices import invoice_notes
from connectors.mapping.rows.other_year import year_notes
from connectors.mapping.rows.outlines import outline_notes
from connectors.mapping.rows.overlaps import overlap_notes, repeat_notes
from connectors.mapping.rows.sold_twice import sold_twice_notes
from connectors.mapping.rows.stale_parts import stale_notes
from connectors.mapping.rows.sums import part_sum_notes, sum_notes
from connectors.mapping.schema import arrow_schema
from connectors.mapping.table_part import Part
from connectors.mapping.unmapped.columns import UnmappedColumns
from connectors.mapping.unmapped.missing_columns import PartColumns, missing_notes
from connectors.mapping.unmapped.restated import restated_notes
from connectors.mapping.unmapped.same_people import emails_of, same_people_notes
from connectors.mapping.unmapped.sold_before import kinds_of, sold_before_notes
from connectors.mapping.unmapped_rules import unmapped_notes
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.definitions import Company
from kpis.errors import MappingError
from kpis.model import TABLES, columns_of


@dataclass(frozen=True)
class MappedTable:
    """One canonical table or a part of it, and what could not be used of it.

    frame: exactly the canonical columns, in order, as :func:`arrow_schema` says.
    rows: the row of the source that each row of ``frame`` was.
    rejects: one record per rejected row, the first problem by column order: ``table``, ``place``,
        ``row`` (as a person finds it in the source), ``key`` (of the row, if it has one),
        ``column`` (canonical), ``value`` (text), ``reason``.
    rows_read: rows loaded and rows rejected.
    mapped: the canonical columns whose values came from the source.
    place: where it stands in its source, for messages.
    notes: what a rule did unasked with loaded rows, and what looks wrong in them.
    is_rekeyed: ids were written anew after duplicates were looked for.
    repeats: of each part of a table put together, the rejects whose key an earlier row holds.
    columns: of a part, its columns in the source. said: of each row of ``frame`` what unmapped
        columns say that all parts together must be asked for: of leads the e-mail address, of deals
        that they are of an existing customer.
    """

    frame: pa.Table
    rows: npt.NDArray[np.int64]
    rejects: pd.DataFrame
    rows_read: int
    mapped: frozenset[str]
    place: str
    notes: tuple[Note, ...] = ()
    is_rekeyed: bool = False
    repeats: tuple[pd.DataFrame, ...] = ()
    columns: PartColumns | None = None
    said: "pa.Array[pa.Scalar] | None" = None


def map_table(
    table: str,
    raw: RawTable,
    settings: TableSettings,
    dimensions: tuple[str, ...],
    time_zone: str | None,
    company: Company,
    day: date | None = None,
) -> MappedTable:
    """Return ``raw`` as the canonical ``table``; ``time_zone`` is that of times which name none.

    Where it is None, these are in UTC if their column's header says so, else in the company's zone.

    day: that of the report, before which notes call a date past. A row is rejected for the first of
    its columns that cannot be used, or when its key stands in an earlier loaded row, and before all
    others if it is none, such as a total. ``raw`` is not changed.

    Raises MappingError when the table as a whole cannot be used, with a paragraph for each reason:
    a missing column, dates or amounts that read two ways, settings that do not fit.
    """
    part = Part(table, raw, settings, columns_of(table, dimensions), time_zone, company)
    _load_columns(part)
    part.note_named_values(None if day is None else start_of(day, company.time_zone))
    part.forget_cells()
    rejects, loaded = part.rejects, part.loaded
    reject_duplicates(table, loaded, raw.rows.__getitem__, rejects, raw.frame)
    part.note_doubts()
    records = rejects.records(table, raw.place, raw.rows, loaded)
    kept = _kept(loaded, arrow_schema(table, dimensions), ~rejects.rejected)
    unmapped = UnmappedColumns(table, raw, settings, part.origin, ~rejects.rejected)
    part.notes += _notes_on_rows(table, kept, unmapped, company, time_zone or company.time_zone)
    part.notes += grouped_notes(table, kept, part.mapped, dimensions)
    part.notes += ditto_notes(table, kept, part.mapped, unmapped.numbers)
    mapped = frozenset(part.mapped | set(settings.constants))
    found = MappedTable(
        frame=kept,
        rows=unmapped.numbers,
        rejects=records,
        rows_read=len(raw.frame),
        mapped=mapped,
        place=raw.place,
        notes=tuple(part.notes),
        columns=_columns_for_others(table, kept.num_rows, mapped, unmapped),
        said=emails_of(unmapped, kept) if table == "leads" else kinds_of(unmapped),
    )
    return _balanced(table, found)


def _load_columns(part: Part) -> None:
    """Read each column of a part; raises MappingError with a paragraph for each problem."""
    part.leave_out_no_rows()
    for column in part.columns:
        part.load(column)
    if part.problems:
        raise MappingError("\n".join(part.problems))


def _columns_for_others(
    table: str, rows: int, mapped: frozenset[str], unmapped: UnmappedColumns
) -> PartColumns:
    """What the other parts of a table are compared with."""
    headers, without = [*unmapped.headers.values()], _without(table, unmapped)
    return PartColumns(unmapped.raw.place, rows, mapped, unmapped.called, headers, without)


def _kept(
    loaded: dict[str, "pa.Array[Any]"], schema: pa.Schema, kept: npt.NDArray[np.bool_]
) -> pa.Table:
    """The rows that are kept; ``loaded`` is empty afterwards, so that no column is held twice."""
    if kept.all():
        columns = [loaded.pop(name) for name in schema.names]
    else:
        mask = pa.array(kept)
        columns = [loaded.pop(name).filter(mask) for name in schema.names]
    return pa.table(columns, schema=schema)


def _without(table: str, unmapped: UnmappedColumns) -> str:
    """The line of settings that leaves rows out, with … for their keys, or for the condition."""
    key = unmapped.called.get(TABLES[table].key[0], "") if TABLES[table].key else ""
    return unmapped.where(f"{unmapped.name(key)} NOT IN (…)" if key else "…")


def _notes_on_rows(
    table: str, kept: pa.Table, unmapped: UnmappedColumns, company: Company, time_zone: str
) -> list[Note]:
    """What to know of the rows that are loaded, from what they hold and what nobody mapped."""
    notes = repeat_notes(table, kept, unmapped.numbers) or restated_notes(table, kept, unmapped)
    sums = sum_notes(table, kept, unmapped.numbers)
    notes += sums or outline_notes(table, kept, unmapped.numbers)
    if unmapped.raw.has_fixed_rows:
        notes += year_notes(table, kept, unmapped.numbers, company.time_zone)
    if table == "rates":
        notes += rates_note(kept, company.currency)
    return notes + unmapped_notes(unmapped, kept, company, time_zone)


def joined(
    table: str,
    parts: Sequence[MappedTable],
    day: date | None = None,
    beside: Collection[str] = (),
) -> MappedTable:
    """Return the parts of ``table`` under each other; a key of an earlier row is rejected.

    Noted as a doubt: where a table has no key, rows that an earlier part holds, too; a part that
    sums up others, stops before them or lacks their columns; invoices of another part's costs, and
    its deals again; leads of one e-mail address; deals of customers who were won before, unless
    customers are mapped. Rows after ``day``, that of the report, are plans. beside: all tables.
    """
    if len(parts) == 1 and not parts[0].is_rekeyed:
        more = _of_values_beside(table, parts, parts[0].frame, beside)
        return replace(parts[0], notes=(*parts[0].notes, *more)) if more else parts[0]
    frame = pa.concat_tables([part.frame for part in parts])
    part_of = np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts])
    rows = np.concatenate([part.rows for part in parts])
    over_parts = _notes_over_parts(table, parts, frame, day)
    over_parts += _of_values_beside(table, parts, frame, beside)
    rejects = Rejects(len(rows))
    loaded = {name: frame[name].combine_chunks() for name in frame.column_names}
    reject_duplicates(table, loaded, lambda n: f"{rows[n]} of {parts[part_of[n]].place}", rejects)
    repeats = tuple(
        rejects.records(table, part.place, rows, loaded, part_of == at)
        for at, part in enumerate(parts)
    )
    whole = MappedTable(
        frame=frame.filter(pa.array(~rejects.rejected)),
        rows=rows[~rejects.rejected],
        rejects=pd.concat([*(part.rejects for part in parts), *repeats], ignore_index=True),
        rows_read=sum(part.rows_read for part in parts),
        mapped=frozenset().union(*(part.mapped for part in parts)),
        place=", ".join(dict.fromkeys(part.place for part in parts)),
        notes=(*(note for part in parts for note in part.notes), *over_parts),
        repeats=repeats,
    )
    return _balanced(table, whole)


def _notes_over_parts(
    table: str, parts: Sequence[MappedTable], frame: pa.Table, day: date | None
) -> list[Note]:
    """What to know of the parts beside each other; ``frame`` is all of them put together."""
    frames, places = [part.frame for part in parts], [part.place for part in parts]
    numbers = [part.rows for part in parts]
    columns = [part.columns for part in parts if part.columns]
    lines = [part.columns.without if part.columns else "" for part in parts]
    notes = part_sum_notes(table, frames, places)
    if table == "costs" and not notes:
        notes = invoice_notes(frames, places, numbers, lines)
    if table == "deals":
        notes = sold_twice_notes(frames, places, lines)
    notes = overlap_notes(table, frames, places) + notes
    notes += stale_notes(table, frames, places, day)
    return notes + missing_notes(table, columns)


def _of_values_beside(
    table: str, parts: Sequence[MappedTable], frame: pa.Table, beside: Collection[str]
) -> list[Note]:
    """The notes on what unmapped columns say of rows; ``frame`` is all parts put together."""
    if all(part.said is None for part in parts) or (table == "deals" and "customers" in beside):
        return []
    none = (pa.nulls(len(part.rows), pa.string()) for part in parts)
    said = pa.concat_arrays(
        [blank if part.said is None else part.said for part, blank in zip(parts, none, strict=True)]
    )
    if table == "deals":
        return sold_before_notes(frame, said)
    return same_people_notes(frame["lead_id"], said)


def _balanced(table: str, mapped: MappedTable) -> MappedTable:
    loaded, rejected = mapped.frame.num_rows, len(mapped.rejects)
    if loaded + rejected != mapped.rows_read:
        raise AssertionError(
            f"{table}: {mapped.rows_read} rows were read from {mapped.place}, but {loaded} were "
            f"loaded and {rejected} rejected. This is a fault of Alliance: please report it."
        )
    return mapped
