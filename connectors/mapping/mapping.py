"""A source's table becomes a canonical table: every row is loaded, or rejected with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.amounts.money import Amounts, amounts
from connectors.mapping.amounts.row_currencies import (
    AmountColumn,
    row_currencies,
    unconverted_notes,
)
from connectors.mapping.blanks import column_notes
from connectors.mapping.cells import Cells, Parsed, texts_of
from connectors.mapping.choices import choices
from connectors.mapping.column_cells import column_cells
from connectors.mapping.dates import dates
from connectors.mapping.named_values import named_values, start_of
from connectors.mapping.rows.no_rows import no_rows
from connectors.mapping.rows.notes import Note
from connectors.mapping.rows.rejects import Rejects, reject_duplicates, row_keys
from connectors.mapping.rows.source_notes import (
    is_row_id,
    notes_of_source,
    refuse_uncalculated,
    row_id_note,
)
from connectors.mapping.source_columns import source_columns
from connectors.mapping.texts import texts
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.definitions import Company
from kpis.errors import MappingError
from kpis.model import TABLES, Column, Kind, columns_of

_TYPES: Mapping[Kind, "pa.DataType"] = {
    "text": pa.string(),
    "choice": pa.string(),
    "time": pa.timestamp("us", tz="UTC"),
    "day": pa.date32(),
    "money": pa.float64(),
    "number": pa.float64(),
}


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
    """

    frame: pa.Table
    rows: npt.NDArray[np.int64]
    rejects: pd.DataFrame
    rows_read: int
    mapped: frozenset[str]
    place: str
    notes: tuple[Note, ...] = ()
    is_rekeyed: bool = False


def arrow_schema(table: str, dimensions: tuple[str, ...] = ()) -> pa.Schema:
    """Return the Arrow schema of a canonical table: instants in UTC, days as dates."""
    return pa.schema([(c.name, _TYPES[c.kind]) for c in columns_of(table, dimensions)])


def map_table(
    table: str,
    raw: RawTable,
    settings: TableSettings,
    dimensions: tuple[str, ...],
    time_zone: str,
    company: Company,
    day: date | None = None,
) -> MappedTable:
    """Return ``raw`` as the canonical ``table``; ``time_zone`` is that of times which name none.

    day: that of the report, before which notes call a date past. A row is rejected for the first of
    its columns that cannot be used, or when its key stands in an earlier loaded row, and before all
    others if it is none, such as a total. ``raw`` is not changed.

    Raises MappingError when the table as a whole cannot be used, with a paragraph for each reason:
    a missing column, dates or amounts that read two ways, settings that do not fit.
    """
    columns = columns_of(table, dimensions)
    origin, problems = source_columns(table, columns, raw, settings)
    refuse_uncalculated(table, raw, origin, settings)
    read = {c.name: column_cells(table, c, raw, origin, settings) for c in columns}
    cells = {name: found.cells for name, found in read.items() if found is not None}
    rejects = Rejects(len(raw.frame))
    none, notes = no_rows(table, columns, cells, raw, origin, settings)
    for one in none:
        rejects.reject(one.row, one.column, one.value, one.reason)
    if none:
        cells = {name: c.without([one.row for one in none]) for name, c in cells.items()}
    notes += notes_of_source(table, raw, origin)
    loaded: dict[str, pa.Array[Any]] = {}
    mapped = set(origin)
    amount: AmountColumn | None = None
    for column in columns:
        values = pa.nulls(rejects.size, _TYPES[column.kind])
        found = read[column.name]
        if found is not None:
            own = cells[column.name]
            try:
                parsed = _parsed(column, own, raw, settings, time_zone, company, found.where)
            except MappingError as error:
                problems.append(str(error))
                continue
            rejects.add(column, own, parsed)
            values = own.in_rows(parsed.values)
            notes += column_notes(table, column.name, own, (*found.remarks, *parsed.remarks))
            if is_row_id(column, settings, origin):
                mapped.add(column.name)
                notes.append(row_id_note(table, column, raw))
            if column.kind == "money" and isinstance(parsed, Amounts):
                header = raw.frame.columns[origin[column.name]] if column.name in origin else ""
                amount = AmountColumn(table, column.name, own, parsed, str(header))
                if "currency" not in TABLES[table].column_names:
                    notes += unconverted_notes(amount, company)
        loaded[column.name] = values if column.default is None else values.fill_null(column.default)
        if column.name == "currency" and amount is not None:
            named, of_amounts = row_currencies(loaded["currency"], amount, company, rejects)
            loaded["currency"] = named
            mapped |= {"currency"} if named.null_count < len(named) else set()
            notes += of_amounts if "currency" not in settings.constants else []
    if problems:
        raise MappingError("\n".join(problems))
    before = None if day is None else start_of(day, company.time_zone)
    notes += named_values(table, columns, cells, settings.values, loaded, ~rejects.rejected, before)
    mapped |= set(settings.constants)
    reject_duplicates(TABLES[table].key, loaded, raw.rows, rejects)
    frame = pa.table(loaded, schema=arrow_schema(table, dimensions))
    keys = row_keys(TABLES[table].key, loaded, rejects.size)
    return _balanced(
        table,
        MappedTable(
            frame=frame.filter(pa.array(~rejects.rejected)),
            rows=raw.rows[~rejects.rejected],
            rejects=rejects.records(table, raw.place, raw.rows, keys),
            rows_read=len(raw.frame),
            mapped=frozenset(mapped),
            place=raw.place,
            notes=tuple(notes),
        ),
    )


def joined(table: str, parts: Sequence[MappedTable]) -> MappedTable:
    """Return the parts of ``table`` under each other; a key of an earlier row is rejected."""
    if len(parts) == 1 and not parts[0].is_rekeyed:
        return parts[0]
    frame = pa.concat_tables([part.frame for part in parts])
    places = np.repeat([part.place for part in parts], [len(part.rows) for part in parts])
    rows = np.concatenate([part.rows for part in parts])
    rejects = Rejects(len(rows))
    loaded = {name: frame[name].combine_chunks() for name in frame.column_names}
    named = [f"{row} of {place}" for row, place in zip(rows, places, strict=True)]
    reject_duplicates(TABLES[table].key, loaded, named, rejects)
    keys = row_keys(TABLES[table].key, loaded, rejects.size)
    again = [
        rejects.records(table, place, rows, keys, places == place)
        for place in dict.fromkeys(places)
    ]
    return _balanced(
        table,
        MappedTable(
            frame=frame.filter(pa.array(~rejects.rejected)),
            rows=rows[~rejects.rejected],
            rejects=pd.concat([*(part.rejects for part in parts), *again], ignore_index=True),
            rows_read=sum(part.rows_read for part in parts),
            mapped=frozenset().union(*(part.mapped for part in parts)),
            place=", ".join(dict.fromkeys(part.place for part in parts)),
            notes=tuple(note for part in parts for note in part.notes),
        ),
    )


def _balanced(table: str, mapped: MappedTable) -> MappedTable:
    loaded, rejected = mapped.frame.num_rows, len(mapped.rejects)
    if loaded + rejected != mapped.rows_read:
        raise AssertionError(
            f"{table}: {mapped.rows_read} rows were read from {mapped.place}, but {loaded} were "
            f"loaded and {rejected} rejected. This is a fault of Alliance: please report it."
        )
    return mapped


def _parsed(
    column: Column,
    cells: Cells,
    raw: RawTable,
    settings: TableSettings,
    time_zone: str,
    company: Company,
    where: str,
) -> Parsed:
    names = settings.values.get(column.name, {})
    if names and column.kind not in ("text", "choice"):
        raise MappingError(
            f"{where}: values can be renamed in columns of text only, and {column.name} is not. "
            f"Remove values.{column.name}."
        )
    if column.name in settings.scale and column.kind not in ("money", "number"):
        raise MappingError(
            f"{where}: only amounts and numbers have a scale, and {column.name} is neither. "
            f"Remove scale.{column.name}."
        )
    match column.kind:
        case "time" | "day":
            found = dates.moments(
                cells.values,
                serial_dates=raw.serial_dates,
                date_format=settings.date_format_of(column.name),
                where=where,
                is_end=column.name in dates.ENDS,
            )
            read = dates.instants if column.kind == "time" else dates.days
            as_instants = column.name in settings.instants
            return read(found, time_zone, company.time_zone, column.name, as_instants)
        case "money" | "number":
            parsed = amounts(cells.values, kind=column.kind, decimal=settings.decimal, where=where)
            parsed = _scaled(parsed, settings.scale.get(column.name, 1.0))
            return _positive(parsed) if column.name == "rate" else parsed
        case "choice":
            return choices(texts_of(cells.values), column, names, where)
        case "text":
            takes_first = column.name in settings.first_of
            return texts(column, cells, names, takes_first, where)


def _scaled(found: Amounts, factor: float) -> Amounts:
    parts = round(1 / factor) if factor > 1e-15 else 0
    if parts > 1 and 1 / parts == factor:  # no float is a millionth, but a million is one
        return replace(found, values=pc.divide(found.values, float(parts)))
    return found if factor == 1 else replace(found, values=pc.multiply(found.values, factor))


def _positive(rates: Amounts) -> Amounts:
    wrong = np.flatnonzero(rates.values.to_numpy(zero_copy_only=False) <= 0).tolist()
    reasons = dict.fromkeys(wrong, "is no exchange rate: it must be more than 0")
    return replace(rates, reasons={**rates.reasons, **reasons})
