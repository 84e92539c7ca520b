"""What a reader of a source left for the mapping: notes, row numbers, formulas, a row cut off."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from connectors.mapping.cells import Cells, text_of
from connectors.mapping.notes import Note
from connectors.mapping.rejects import NoRow
from connectors.mapping.source_columns import COUNTED_NOWHERE, positions_of
from connectors.settings.tables import ROW_ID, TableSettings
from connectors.sources.raw import RawTable
from kpis.errors import MappingError
from kpis.model import TABLES, Column


def notes_of_source(
    table: str, raw: RawTable, origin: Mapping[str, int], settings: TableSettings
) -> Iterator[Note]:
    """Return the reader's notes on whole rows and on the columns that are mapped.

    Beside them a note on each column that was left out because several fit.
    """
    for note in raw.notes:
        columns = [name for name, at in origin.items() if at == note.at]
        if note.factor:
            columns = [name for name in columns if _is_unscaled(table, name, settings)]
        for column in columns if note.at is not None else [""]:
            yield Note(
                table=table,
                column=column,
                rows=note.rows,
                what=note.what,
                examples=note.examples,
                remedy=_scale(table, column, note.factor) if note.factor else note.remedy,
                is_doubt=note.is_doubt,
            )
    headers = [str(header) for header in raw.frame.columns]
    for name in COUNTED_NOWHERE:
        fits = positions_of(name, headers)
        if len(fits) > 1 and name not in origin and name in TABLES[table].column_names:
            yield Note(
                table=table,
                column=name,
                rows=len(raw.rows),
                what=f"were left out, as {len(fits)} columns read '{name}'",
                remedy=f"Rename all but one in the source, or name another as columns.{name}.",
            )


def _is_unscaled(table: str, name: str, settings: TableSettings) -> bool:
    money = {column.name for column in TABLES[table].columns if column.kind == "money"}
    return name in money and name not in settings.scale


def _scale(table: str, column: str, factor: str) -> str:
    """What to do about amounts that are shown in units of ``factor``, and read as they are."""
    if not column:
        return f"If the query does not, multiply them by {factor}."
    return (
        f"The cells hold less than they show: set scale = {{ {column} = {factor} }} under "
        f"[tables.{table}], or 1 if the numbers are plain."
    )


def refuse_uncalculated(
    table: str, raw: RawTable, origin: Mapping[str, int], settings: TableSettings
) -> None:
    """Raise MappingError when a mapped column holds formulas that nothing has calculated."""
    for name, position in origin.items():
        if position in raw.uncalculated:
            problem = raw.uncalculated_problem(position)
            raise MappingError(f"{table}.{name} (source '{settings.source}'): {problem}")


def cut_off(raw: RawTable, origin: Mapping[str, int]) -> list[NoRow]:
    """Return the last row where it breaks off: the cell in which it does may be half of one."""
    if not raw.cut_off or not len(raw.frame):
        return []
    last = len(raw.frame) - 1
    at = int(np.flatnonzero(raw.frame.iloc[last].notna().to_numpy())[-1])
    names = {position: name for name, position in origin.items()}
    reason = f"is where the file ends: its last line {raw.cut_off}; export it again"
    value = text_of(raw.frame.iat[last, at])
    return [NoRow(last, names.get(at, str(raw.frame.columns[at])), value, reason)]


def is_row_id(column: Column, settings: TableSettings, origin: Mapping[str, int]) -> bool:
    """Whether the settings make the column of row numbers; a column of that name wins."""
    return settings.columns.get(column.name) == ROW_ID and column.name not in origin


def row_ids(table: str, column: Column, raw: RawTable, settings: TableSettings) -> Cells:
    """Return an id for each row: where it stands, as in "row 17 of file 'deals.csv'".

    Raises MappingError for a column of no text, and for rows that have no fixed number.
    """
    where = f'{table}: columns.{column.name} = "{ROW_ID}"'
    if column.kind != "text":
        raise MappingError(f"{where} makes ids, and {column.name} is none. Name its column.")
    if not raw.has_fixed_rows:
        raise MappingError(
            f"{where} needs rows with numbers of their own, but {raw.place} of source "
            f"'{settings.source}' gives them in any order. Name a column that keeps its rows "
            "apart, or let a query compute one."
        )
    ids = pd.Index([f"row {row} of {raw.place}" for row in raw.rows], dtype=object)
    return Cells(ids, np.arange(len(ids), dtype=np.int32))


def row_id_note(table: str, column: Column, raw: RawTable) -> Note:
    """What to say of ids that are row numbers."""
    return Note(
        table=table,
        column=column.name,
        rows=len(raw.rows),
        what="are row numbers, as the settings say; a row that moves becomes another",
        examples=tuple(f"row {row} of {raw.place}" for row in raw.rows[:1]),
    )
