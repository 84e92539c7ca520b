"""Rows that are parts of one deal or lead: another column is named as its id, and repeats."""

import re

import pandas as pd
import pyarrow as pa

from connectors.mapping.cells import shown
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import UnmappedColumns

_ID = r"(?:(?:record )?id|number|no|nr|key)"
_NAMES = {
    "deals": re.compile(rf"(?:(?:hs|sf|crm|associated) )?(?:deal|opportunity|opp) ?{_ID}"),
    "leads": re.compile(rf"(?:(?:hs|sf|crm) )?lead ?{_ID}"),
}


def part_notes(columns: UnmappedColumns, rows: pa.Table) -> list[Note]:
    """Return a doubt for each unmapped column of ids that several loaded rows share.

    CRMs that split a deal between owners write a row for each part, with an id of its own beside
    that of the deal. The id of a parent or of a customer is another's, and may repeat.
    """
    if columns.table not in _NAMES:
        return []
    key = f"{columns.table.removesuffix('s')}_id"
    notes = []
    for at, header in columns.headed(_NAMES[columns.table]):
        ids = pd.Series(columns.texts(at), dtype=object)
        is_part = (columns.cells(at).codes >= 0) & ids.duplicated(keep=False).to_numpy()
        if not is_part.any():
            continue
        numbers = pd.Series(columns.numbers[is_part].astype(str))
        named = numbers.groupby(ids[is_part].to_numpy(), sort=False).agg(", ".join)
        amounts = sums(rows.filter(pa.array(is_part)).to_pandas())
        below = f"[tables.{columns.table}]"
        notes.append(
            Note(
                table=columns.table,
                column="",
                rows=int(is_part.sum()),
                what=f"share an id in '{header}', which is not mapped, but each counts as a "
                f"{columns.table.removesuffix('s')} of its own{amounts}",
                examples=tuple(
                    shown(f"{id_}: rows {row}") for id_, row in named.iloc[:EXAMPLES].items()
                ),
                remedy=f'If they are parts of one, set columns.{key} = "{header}" under {below}, '
                "which counts the first of each; where each row has its part of the amount, let a "
                "query add them up.",
                is_doubt=True,
            )
        )
    return notes
