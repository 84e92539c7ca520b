"""The cells of a canonical column before they are understood: without guards, markers as blanks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from connectors.mapping.blanks import without_blanks
from connectors.mapping.cells import Cells, Remark, distinct, same_in_every_row
from connectors.mapping.ids import unguarded
from connectors.mapping.rows.source_notes import is_row_id, row_ids
from connectors.settings.tables import TableSettings
from connectors.sources.cell_text import with_bytes_as_text
from connectors.sources.raw import RawTable
from kpis.model import Column


@dataclass(frozen=True)
class ColumnCells:
    """The cells of a canonical column; ``where`` it stands, for messages.

    header: what the source calls it, empty where the settings make it.
    """

    cells: Cells
    where: str
    remarks: tuple[Remark, ...] = ()
    header: str = ""


def column_cells(
    table: str, column: Column, raw: RawTable, origin: Mapping[str, int], settings: TableSettings
) -> ColumnCells | None:
    """Return the cells of a column with markers as blanks, None where it is not mapped."""
    if column.name in settings.constants:
        cells = same_in_every_row(settings.constants[column.name], len(raw.frame))
        return ColumnCells(cells, f"{table}.{column.name} (constants, source '{settings.source}')")
    if is_row_id(column, settings, origin):
        cells = row_ids(table, column, raw, settings)
        return ColumnCells(cells, f"{table}.{column.name} (row numbers)")
    if column.name not in origin:
        return None
    position = origin[column.name]
    header = str(raw.frame.columns[position])
    texts, hexadecimal = with_bytes_as_text(raw.frame.iloc[:, position])
    cells, remarks = unguarded(distinct(texts))
    if hexadecimal:
        remarks.append(_bytes_remark(cells, hexadecimal, header))
    cells = without_blanks(
        cells,
        column,
        settings.blanks_of(column.name),
        is_named=isinstance(settings.blanks, dict),
        date_format=settings.date_format_of(column.name),
    )
    where = f"(column '{header}' of {raw.place}, source '{settings.source}')"
    return ColumnCells(cells, f"{table}.{column.name} {where}", tuple(remarks), header)


def _bytes_remark(cells: Cells, hexadecimal: Collection[str], header: str) -> Remark:
    """What to say of bytes that are no text."""
    positions = tuple(at for at, value in enumerate(cells.values) if value in hexadecimal)
    remedy = f"If {header} is text or another form of id, let a query convert it."
    return Remark(positions, "held bytes that are no text, read as hexadecimal", remedy)
