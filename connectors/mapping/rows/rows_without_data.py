"""Rows that are no rows: headers, totals, balances, footers, titles, and rests of a long text.

They are found before any column is understood, so that no column is read by what stands in them.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from connectors.mapping.cells import Cells
from connectors.mapping.notes import Note, RowDoubt
from connectors.mapping.rejects import NoRow
from connectors.mapping.rows.balances import balances
from connectors.mapping.rows.footers import footers
from connectors.mapping.rows.headers import blocks_note, headers_again
from connectors.mapping.rows.shares import shares
from connectors.mapping.rows.spilled import spilled
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
) -> tuple[list[NoRow], list[Note], list[RowDoubt]]:
    """Return which rows are none, as a header, total or footer; notes; and what may be one.

    cells: those of the canonical columns, markers as blanks. origin: the position of each of those
    that the source has. Where the settings of the table keep totals, only headers and rests are
    found, and what holds exactly the sum of the others is doubted.

    Raises MappingError when a second header names the columns in another order.
    """
    again = headers_again(table, cells, raw, origin)
    if again:
        cells = _without(cells, again)
    keep = f'totals = "keep" under [tables.{table}] loads such rows'
    own = [column for column in columns if column.name in origin]
    totals = Totals(table, own, cells, len(raw.frame), settings, keep)
    blocks = blocks_note(table, again, len(raw.frame), totals.row_amounts) if again else []
    apart = np.zeros(len(raw.frame), dtype=bool)
    rests, of_rests = spilled(table, raw, origin)
    apart[[one.row for one in (*again, *rests)]] = True
    if settings.totals == "keep" or len(raw.frame) < 2:
        return [*again, *rests], blocks, of_rests + totals.kept(apart)
    of_account = balances(table, cells, raw, origin, totals.row_amounts, keep)
    at_ends, doubts = footers(table, own, raw, origin, totals.labelled, keep)
    apart[[*totals.labelled, *(one.row for one in (*at_ends, *of_account))]] = True
    found, of_totals = totals.with_label(apart)
    if not found:
        apart[list(totals.labelled)] = False
        found, more = totals.without_label(apart)
        of_totals = of_totals + more
    doubts = [*doubts, *of_rests, *of_totals, *shares(table, own, cells, apart)]
    doubts += totals.of_all_others(apart, found)
    taken = {one.row: one for one in (*found, *at_ends, *of_account, *again, *rests)}
    return list(taken.values()), blocks, doubts


def _without(cells: Mapping[str, Cells], rows: Sequence[NoRow]) -> dict[str, Cells]:
    return {name: held.without([one.row for one in rows]) for name, held in cells.items()}
