"""A source's table becomes a canonical table: every row is loaded, or rejected with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping import dates
from connectors.mapping.cells import Cells, Parsed, distinct, texts_of
from connectors.mapping.choices import choices, renamed
from connectors.mapping.currencies import currency_of
from connectors.mapping.money import Amounts, amounts
from connectors.mapping.rejects import Rejects, reject_duplicates, row_keys
from connectors.mapping.source_columns import source_columns
from connectors.settings.settings import TableSettings
from connectors.sources.raw import RawTable
from kpis.definitions import Company, unknown_currency
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
    """One canonical table, and what could not be used of it.

    frame: exactly the canonical columns, in order, as :func:`arrow_schema` says.
    rejects: one record per rejected row, the first problem by column order: ``table``, ``row`` (as
        a person finds it in the source), ``key`` (of the row, if it has one), ``column``
        (canonical), ``value`` (text), ``reason``.
    rows_read: rows loaded and rows rejected.
    mapped: the canonical columns whose values came from the source.
    place: where it stands in its source, for messages.
    """

    frame: pa.Table
    rejects: pd.DataFrame
    rows_read: int
    mapped: frozenset[str]
    place: str


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
) -> MappedTable:
    """Return ``raw`` as the canonical ``table``; ``time_zone`` is that of times which name none.

    A row is rejected for the first of its columns that cannot be used, or when its key stands in
    an earlier loaded row. ``raw`` is not changed.

    Raises MappingError when the table as a whole cannot be used: a missing column, dates or
    amounts that read two ways, settings that do not fit.
    """
    columns = columns_of(table, dimensions)
    origin = source_columns(table, columns, raw, settings)
    rejects = Rejects(len(raw.frame))
    loaded: dict[str, pa.Array[Any]] = {}
    mapped = set(origin)
    amount: tuple[Cells, Amounts] | None = None
    for column in columns:
        values = pa.nulls(rejects.size, _TYPES[column.kind])
        if column.name in origin:
            position = origin[column.name]
            cells = distinct(raw.frame.iloc[:, position])
            where = f"{table}.{column.name} (column '{raw.frame.columns[position]}' of {raw.place}"
            parsed = _parsed(column, cells, raw, settings, time_zone, company, where)
            rejects.add(column, cells, parsed)
            values = cells.in_rows(parsed.values)
            if column.name == "amount" and isinstance(parsed, Amounts):
                amount = cells, parsed
        loaded[column.name] = values if column.default is None else values.fill_null(column.default)
        if column.name == "currency" and amount is not None and amount[1].marks:
            named = _named_currencies(loaded["currency"], *amount, company, rejects)
            loaded["currency"] = named
            mapped |= {"currency"} if named.null_count < len(named) else set()
    reject_duplicates(TABLES[table].key, loaded, raw.rows, rejects)
    return _mapped(table, raw, loaded, rejects, frozenset(mapped), arrow_schema(table, dimensions))


def _mapped(
    table: str,
    raw: RawTable,
    loaded: Mapping[str, "pa.Array[Any]"],
    rejects: Rejects,
    mapped: frozenset[str],
    schema: pa.Schema,
) -> MappedTable:
    frame = pa.table(loaded, schema=schema).filter(pa.array(~rejects.rejected))
    keys = row_keys(TABLES[table].key, loaded, rejects.size)
    records = rejects.records(table, raw.rows, keys)
    if frame.num_rows + len(records) != len(raw.frame):
        raise AssertionError(
            f"{table}: {len(raw.frame)} rows were read from {raw.place}, but {frame.num_rows} were "
            f"loaded and {len(records)} rejected. This is a fault of Alliance: please report it."
        )
    return MappedTable(frame, records, len(raw.frame), mapped, raw.place)


def _parsed(
    column: Column,
    cells: Cells,
    raw: RawTable,
    settings: TableSettings,
    time_zone: str,
    company: Company,
    where: str,
) -> Parsed:
    where += f", source '{settings.source}')"
    names = settings.values.get(column.name, {})
    if names and column.kind not in ("text", "choice"):
        raise MappingError(
            f"{where}: values can be renamed in columns of text only, and {column.name} is not. "
            f"Remove values.{column.name}."
        )
    match column.kind:
        case "time" | "day":
            found = dates.moments(
                cells.values,
                serial_dates=raw.serial_dates,
                date_format=settings.date_format_of(column.name),
                where=where,
            )
            if column.kind == "time":
                return dates.instants(found, time_zone)
            return dates.days(found, time_zone, company.time_zone)
        case "money" | "number":
            parsed = amounts(cells.values, kind=column.kind, decimal=settings.decimal, where=where)
            return _positive(parsed) if column.name == "rate" else parsed
        case "choice":
            return choices(texts_of(cells.values), column, names, where)
        case "text":
            texts = renamed(texts_of(cells.values), column.name, names, where)
            return _currencies(texts) if column.name == "currency" else _text(texts)


def _text(texts: Sequence[str]) -> Parsed:
    return Parsed(pa.array(texts, pa.string()), {})


def _currencies(texts: Sequence[str]) -> Parsed:
    codes = [text.upper() for text in texts]
    reasons = {}
    for position, code in enumerate(codes):
        if why := unknown_currency(code):
            reasons[position] = f"{why}; values.currency can rename it"
    return Parsed(pa.array(codes, pa.string()), reasons)


def _positive(rates: Amounts) -> Amounts:
    wrong = np.flatnonzero(rates.values.to_numpy(zero_copy_only=False) <= 0).tolist()
    reasons = dict.fromkeys(wrong, "is no exchange rate: it must be more than 0")
    return Amounts(rates.values, {**rates.reasons, **reasons}, rates.marks)


def _named_currencies(
    own: "pa.Array[Any]", cells: Cells, amount: Amounts, company: Company, rejects: Rejects
) -> "pa.Array[Any]":
    """Return the rows' own currencies, or where blank the one written beside the amount."""
    blank = own.is_null().to_numpy(zero_copy_only=False)
    named: list[str | None] = [None] * len(cells.values)
    unclear = {}
    for position, mark in amount.marks.items():
        named[position] = currency_of(mark, company)
        if named[position] is None:
            unclear[position] = f"names a currency, '{mark}', that may be several; map a currency"
    beside = Cells(cells.values, np.where(blank, cells.codes, -1))
    written = Parsed(pa.array(named, pa.string()), unclear)
    rejects.add(Column("currency"), beside, written)
    return pc.coalesce(own, beside.in_rows(written.values))
