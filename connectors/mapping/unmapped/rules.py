"""All that is asked of the loaded rows of one part of a table and its unmapped columns."""

import pyarrow as pa

from connectors.mapping.notes import Note
from connectors.mapping.unmapped.columns import UnmappedColumns
from connectors.mapping.unmapped.deleted_rows import deleted_notes
from connectors.mapping.unmapped.example_rows import example_notes
from connectors.mapping.unmapped.made_up_rows import made_up_notes
from connectors.mapping.unmapped.rate_units import unit_notes
from connectors.mapping.unmapped.reversals import reversal_notes
from connectors.mapping.unmapped.row_limits import limit_notes
from connectors.mapping.unmapped.row_spans import span_notes


def unmapped_notes(columns: UnmappedColumns, rows: pa.Table, zone: str) -> list[Note]:
    """Return the doubts on the loaded ``rows`` of a part; ``zone`` is the company's."""
    return [
        *limit_notes(columns.table, columns.raw, columns.settings, rows, zone),
        *unit_notes(columns, rows),
        *span_notes(columns, rows),
        *deleted_notes(columns),
        *made_up_notes(columns, rows),
        *reversal_notes(columns, rows),
        *example_notes(columns, rows),
    ]
