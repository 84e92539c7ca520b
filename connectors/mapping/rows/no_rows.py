"""Rows that are no rows: totals, subtotals, footers and titles among the rows of a table.

They are found before any column is understood, so that no column is read by what stands in them.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from connectors.mapping.cells import Cells
from connectors.mapping.rows.footers import footers
from connectors.mapping.rows.notes import Note
from connectors.mapping.rows.rejects import NoRow
from connectors.mapping.rows.totals import Totals
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.model import Column


def no_rows(
    table: str,
    columns: Sequence[Column],
    cells: Mapping[str, Cells],
    raw: RawTable,
    origin: Mapping[str, int],
    settings: TableSettings,
) -> tuple[list[NoRow], list[Note]]:
    """Return which rows are a total, subtotal, footer or title; and notes on rows that may be.

    cells: those of the canonical columns, markers as blanks. origin: the position of each of those
    that the source has. None is found where the settings of the table keep them all.
    """
    if settings.totals == "keep" or len(raw.frame) < 2:
        return [], []
    keep = f'totals = "keep" under [tables.{table}] loads such rows'
    own = [column for column in columns if column.name in origin]
    totals = Totals(table, own, cells, len(raw.frame), settings, keep)
    at_ends, notes = footers(table, own, raw, origin, totals.labelled, keep)
    apart = np.zeros(len(raw.frame), dtype=bool)
    apart[[*totals.labelled, *(one.row for one in at_ends)]] = True
    found, of_totals = totals.with_label(apart)
    if not found:
        apart[list(totals.labelled)] = False
        found, more = totals.without_label(apart)
        of_totals = of_totals + more
    taken = {one.row: one for one in (*found, *at_ends)}
    return list(taken.values()), notes + of_totals
