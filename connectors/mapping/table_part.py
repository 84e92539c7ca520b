"""One part of a table while it is mapped: its cells become canonical values, column by column."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from connectors.mapping.amounts.amount_column import Amounts
from connectors.mapping.amounts.below_zero import below_zero
from connectors.mapping.amounts.cumulative import cumulative_notes
from connectors.mapping.amounts.currencies import currencies_of
from connectors.mapping.amounts.lines_above import unapplied_notes, with_lines_above
from connectors.mapping.amounts.row_currencies import (
    AmountColumn,
    converted_notes,
    row_currencies,
    unconverted_notes,
)
from connectors.mapping.amounts.smallest_units import smallest_unit_notes
from connectors.mapping.amounts.units import (
    not_in_parts,
    refuse_unscaled,
    row_of_units,
    written_in_full,
)
from connectors.mapping.blanks import column_notes
from connectors.mapping.cells import Cells, Parsed, Remark
from connectors.mapping.column_cells import column_cells
from connectors.mapping.dates.formats import fiscal_periods
from connectors.mapping.dates.header_zones import zone_of_times
from connectors.mapping.dates.no_dates import long_before
from connectors.mapping.goals import unfit_goals
from connectors.mapping.named_values import named_values
from connectors.mapping.notes import Note, RowDoubt
from connectors.mapping.read_column import read_column
from connectors.mapping.rejects import Rejects
from connectors.mapping.rows.rows_without_data import no_rows
from connectors.mapping.rows.source_notes import (
    cut_off,
    is_row_id,
    notes_of_source,
    refuse_uncalculated,
    row_id_note,
)
from connectors.mapping.schema import ARROW_TYPES
from connectors.mapping.source_columns import not_there_notes, source_columns
from connectors.mapping.texts import double_encoding
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.definitions import Company
from kpis.errors import MappingError
from kpis.model import TABLES, Column


class Part:
    """One part of a table while it is mapped, column by column.

    problems: why the part as a whole cannot be used. loaded: the canonical columns read so far.
    """

    def __init__(
        self,
        table: str,
        raw: RawTable,
        settings: TableSettings,
        columns: Sequence[Column],
        time_zone: str | None,
        company: Company,
    ) -> None:
        self.table, self.raw, self.settings, self.columns = table, raw, settings, columns
        self._time_zone, self._company = time_zone, company
        self.origin, self.problems = source_columns(table, columns, raw, settings)
        refuse_uncalculated(table, raw, self.origin, settings)
        read = {c.name: column_cells(table, c, raw, self.origin, settings) for c in columns}
        self._read = {name: found for name, found in read.items() if found is not None}
        self._cells = {name: found.cells for name, found in self._read.items()}
        self._amount: AmountColumn | None = None
        self.rejects = Rejects(len(raw.frame))
        self.loaded: dict[str, pa.Array[Any]] = {}
        self.mapped = set(self.origin)
        self._doubts: list[RowDoubt] = []
        self.notes: list[Note] = list(
            notes_of_source(table, _noted(raw, company), self.origin, settings)
        )
        self.notes += not_there_notes(table, self.origin, raw, settings)

    def leave_out_no_rows(self) -> None:
        """Reject headers, totals, footers and a row cut off: they disturb no column's reading."""
        try:
            none, notes, self._doubts = no_rows(
                self.table, self.columns, self._cells, self.raw, self.origin, self.settings
            )
        except MappingError as error:
            self.problems.append(str(error))
            return
        self.notes += notes
        none += cut_off(self.raw, self.origin)
        for one in none:
            self.rejects.reject(one.row, one.column, one.value, one.reason)
        if none:
            rows = [one.row for one in none]
            self._cells = {name: cells.without(rows) for name, cells in self._cells.items()}

    def load(self, column: Column) -> None:
        """Read a column, null where it is not mapped; amounts come before their currency."""
        values = pa.nulls(self.rejects.size, ARROW_TYPES[column.kind])
        if column.name in self._read:
            self._name_blanks(column)
            try:
                values = self._values(column)
            except MappingError as error:
                self.problems.append(str(error))
                return
        if column.default is not None:
            values = values.fill_null(column.default)
            self.notes += self._defaulted(column, column.default)
        if column.name == "currency" and self._amount is not None:
            values, notes = row_currencies(values, self._amount, self._company, self.rejects)
            self.mapped |= {"currency"} if values.null_count < len(values) else set()
            self.notes += notes if "currency" not in self.settings.constants else []
            self.notes += self._of_currencies(values, self._amount)
        self.loaded[column.name] = values

    def forget_cells(self) -> None:
        """Let go of the cells, of as many bytes as what was loaded: no rule reads them again."""
        self._read, self._cells, self._amount = {}, {}, None

    def note_doubts(self) -> None:
        """Note what may be no row but was loaded; when it is known which rows are rejected."""
        for doubt in self._doubts:
            self.notes += doubt.notes(self.rejects.rejected, self.raw.rows)

    def note_named_values(self, before: datetime | None) -> None:
        """Note what "*" took, with deals closed before ``before``, and values that never occur."""
        loaded = dict(self.loaded)
        if "currency" in loaded:
            loaded["currency"] = loaded["currency"].fill_null(self._company.currency)
        self.notes += named_values(
            self.table,
            self.columns,
            self._cells,
            self.settings.values,
            loaded,
            ~self.rejects.rejected,
            before,
        )

    def _values(self, column: Column) -> "pa.Array[Any]":
        found, cells = self._read[column.name], self._cells[column.name]
        header = found.header
        has_currency = "currency" in self._read
        if column.kind in ("money", "goal"):
            header += row_of_units(cells)
            if column.kind == "money":
                above = self.raw.above if self.raw.has_fixed_rows else ()
                header = with_lines_above(header, above, self._company, has_currency)
            if column.name not in self.settings.scale:
                refuse_unscaled(header, self.table, column.name, found.where)
        zone = zone_of_times(found.header, self._time_zone, self._company.time_zone, cells)
        parsed = read_column(
            column, cells, self.raw, self.settings, zone, self._company.time_zone, found.where
        )
        self.rejects.add(column, cells, parsed)
        if column.kind == "goal" and isinstance(parsed, Amounts) and "kpi" in self.loaded:
            for one in unfit_goals(self.loaded["kpi"], cells, parsed, self._company):
                self.rejects.reject(one.row, column.name, one.value, one.reason)
        twice = double_encoding(cells) if column.kind in ("text", "choice") else []
        more = self._sizes(column, cells, parsed) + self._days(column, cells, parsed)
        remarks = (*found.remarks, *twice, *parsed.remarks, *more)
        self.notes += column_notes(self.table, column.name, cells, remarks)
        if is_row_id(column, self.settings, self.origin):
            self.mapped.add(column.name)
            self.notes.append(row_id_note(self.table, column, self.raw))
        if column.kind == "money" and isinstance(parsed, Amounts):
            self._amount = AmountColumn(self.table, column.name, cells, parsed, header)
            self.notes += cumulative_notes(self._amount)
            if not self.raw.has_fixed_rows:
                is_scaled = column.name in self.settings.scale
                what = (self.raw.above, self._company, has_currency, is_scaled)
                self.notes += unapplied_notes(self._amount, *what)
            if "currency" not in TABLES[self.table].column_names:
                self.notes += unconverted_notes(self._amount, self._company)
                codes = pa.nulls(self.rejects.size, pa.string())
                self.notes += self._of_units(codes, self._amount)
        return cells.in_rows(parsed.values)

    def _name_blanks(self, column: Column) -> None:
        """Make blank cells text that the settings name, where they list "" for a value."""
        names = self.settings.values.get(column.name, {})
        if any("" in ([given] if isinstance(given, str) else given) for given in names.values()):
            self._cells[column.name] = self._cells[column.name].with_text_for_blanks()

    def _defaulted(self, column: Column, default: str) -> list[Note]:
        """The note on blank cells that count as the column's default."""
        cells = self._cells.get(column.name)
        rows = 0 if cells is None else int(((cells.codes < 0) & ~self.rejects.rejected).sum())
        if not rows:
            return []
        what = f"were blank and taken as {default}"
        remedy = f"If some belong to another {column.name}, write it into the source."
        return [Note(table=self.table, column=column.name, rows=rows, what=what, remedy=remedy)]

    def _of_currencies(self, codes: "pa.Array[Any]", amount: AmountColumn) -> list[Note]:
        """The notes on amounts that their currency contradicts: converted, or of no cents."""
        header = self._read["currency"].header if "currency" in self._read else ""
        rejected = self.rejects.rejected
        notes = converted_notes(codes, amount, header, self._company, rejected)
        return notes + self._of_units(codes, amount)

    def _of_units(self, codes: "pa.Array[Any]", amount: AmountColumn) -> list[Note]:
        """The notes on amounts whose scale their currency's smallest unit contradicts."""
        scale, rejected = self.settings.scale.get(amount.name, 1.0), self.rejects.rejected
        return smallest_unit_notes(codes, amount, scale, self._company, rejected)

    def _sizes(self, column: Column, cells: Cells, parsed: Parsed) -> list[Remark]:
        if column.kind != "money":
            return []
        scale = self.settings.scale.get(column.name, 1.0)
        below = below_zero(self.table, column.name, cells, parsed.values, scale)
        in_parts = not_in_parts(column.name, cells, parsed.values, scale)
        return below + in_parts + written_in_full(cells, parsed.values, scale)

    def _days(self, column: Column, cells: Cells, parsed: Parsed) -> list[Remark]:
        if column.kind not in ("time", "day"):
            return []
        date_format = self.settings.date_format_of(column.name)
        header = self._read[column.name].header
        found = fiscal_periods(parsed, header, date_format, self._company.fiscal_year_starts)
        if column.name == "created_at":
            found += long_before(parsed, cells.values, self.table, self._company.time_zone)
        return found


def _noted(raw: RawTable, company: Company) -> RawTable:
    """The table with those of its reader's notes that hold for this company."""
    meant = [currencies_of(note.currency) for note in raw.notes]
    kept = [
        note
        for note, codes in zip(raw.notes, meant, strict=True)
        if not note.currency or (codes and company.currency not in codes)
    ]
    return replace(raw, notes=tuple(kept))
