"""All that is asked of the loaded rows of one part of a table and its unmapped columns."""

import numpy as np
import pyarrow as pa

from connectors.mapping.money_beside.other_currency import currency_notes
from connectors.mapping.money_beside.other_side import other_side_notes
from connectors.mapping.money_beside.rate_units import unit_notes
from connectors.mapping.money_beside.refunded_amounts import refund_notes
from connectors.mapping.money_beside.reversals import reversal_notes
from connectors.mapping.money_beside.unbooked_rows import unbooked_notes
from connectors.mapping.money_beside.unit_prices import price_notes
from connectors.mapping.notes import Note
from connectors.mapping.rows.week_rows import week_notes
from connectors.mapping.unmapped.columns import UnmappedColumns
from connectors.mapping.unmapped.constants_beside import constant_notes
from connectors.mapping.unmapped.deleted_rows import deleted_notes
from connectors.mapping.unmapped.example_rows import example_notes
from connectors.mapping.unmapped.made_up_rows import made_up_notes
from connectors.mapping.unmapped.other_dates import date_notes
from connectors.mapping.unmapped.other_events import event_notes
from connectors.mapping.unmapped.parts_of_one import part_notes
from connectors.mapping.unmapped.row_limits import limit_notes
from connectors.mapping.unmapped.row_spans import span_notes
from connectors.mapping.unmapped.row_zones import zone_notes
from connectors.mapping.unmapped.trial_rows import trial_notes
from connectors.mapping.unmapped.undone_deals import undone_notes
from kpis.definitions import Company


def unmapped_notes(
    columns: UnmappedColumns, rows: pa.Table, company: Company, time_zone: str
) -> list[Note]:
    """Return the doubts on the loaded ``rows`` of a part, of which times are in ``time_zone``.

    A row with a refund in a column of its own is not left out as refunded, too, and a row that is
    left out takes no other back.
    """
    skipped = np.zeros(rows.num_rows, dtype=bool)
    spent_on = columns.called.get("spent_on", "")
    return [
        *limit_notes(columns.table, columns.raw, columns.settings, rows, company.time_zone),
        *unit_notes(columns, rows),
        *(span_notes(columns, rows) or week_notes(columns.table, rows, spent_on, columns.numbers)),
        *zone_notes(columns, time_zone),
        *date_notes(columns, rows),
        *deleted_notes(columns),
        *undone_notes(columns, rows),
        *made_up_notes(columns, rows),
        *trial_notes(columns),
        *event_notes(columns),
        *part_notes(columns, rows),
        *other_side_notes(columns),
        *price_notes(columns, rows),
        *currency_notes(columns, rows, company.currency),
        *constant_notes(columns),
        *refund_notes(columns, rows, skipped),
        *unbooked_notes(columns, rows, skipped),
        *reversal_notes(columns, rows, skipped),
        *example_notes(columns, rows),
    ]
