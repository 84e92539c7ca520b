"""Rows that are parts of one deal, lead or order: another column is named as its id and repeats."""

import re
from typing import Any

import pandas as pd
import pyarrow as pa

from connectors.mapping.cells import shown
from connectors.mapping.equal_rows import row_numbers
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import UnmappedColumns

_ID = r"(?:(?:record )?id|number|no|nr|key)"
_NAMES = {
    "deals": re.compile(rf"(?:(?:hs|sf|crm|associated) )?(?:deal|opportunity|opp) ?{_ID}"),
    "leads": re.compile(rf"(?:(?:hs|sf|crm) )?lead ?{_ID}"),
}
_DOCUMENT = (
    r"(?:order|invoice|charge|transaction|receipt|bill|document|payment|sales order|checkout"
    r"|purchase)"
)
_TOTALLED = re.compile(
    rf"{_DOCUMENT} ?(?:id|number|no|nr|name|ref(?:erence)?)|{_DOCUMENT}"
    r"|(?:auftrags?|bestell|rechnungs|beleg|dokument|vorgangs)(?:s? ?)(?:nummer|nr|id)"
    r"|(?:numéro|n|no) (?:de )?(?:la )?(?:commande|facture)|id (?:de )?(?:commande|facture)"
    r"|(?:número|nº|n|id) (?:de(?:l)? )?(?:pedido|factura)|numero (?:ordine|fattura|d ordine)"
    r"|(?:order|factuur)nummer|numer (?:zamówienia|faktury)"
)
"""Headers of the number of an order or invoice, which has one total, and a row for each line."""


def part_notes(columns: UnmappedColumns, rows: pa.Table) -> list[Note]:
    """Return a doubt for each unmapped column of ids that several loaded rows share.

    CRMs that split a deal between owners write a row for each part, with an id of its own beside
    that of the deal. The id of a parent or of a customer is another's, and may repeat.
    """
    if columns.table not in _NAMES:
        return _totals(columns, rows)
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
    return notes or _totals(columns, rows)


def _totals(columns: UnmappedColumns, rows: pa.Table) -> list[Note]:
    """The doubt on rows of one document that each have its total, as exports of line items do.

    They are equal in all that is mapped. A document of which two rows differ has a row for each
    line's own amount, and so has the whole table.
    """
    if columns.table not in ("costs", "payments", "deals"):
        return []
    own = [name for name in rows.column_names if name != "deal_id"]
    for at, _ in columns.headed(_TOTALLED):
        number = row_numbers(rows[name] for name in own)
        is_named = (columns.cells(at).codes >= 0) & (rows["amount"].fill_null(0).to_numpy() != 0)
        frame = pd.DataFrame({"id": columns.texts(at), "number": number, "row": columns.numbers})
        shared = frame[is_named & frame["id"].duplicated(keep=False)]
        of_one = shared.groupby("id", sort=False)
        if len(shared) and of_one["number"].nunique().max() == 1:
            again = is_named & frame.duplicated("id").to_numpy()
            return [_total_note(columns, at, of_one["row"], rows.filter(pa.array(again)))]
    return []


def _total_note(columns: UnmappedColumns, at: int, numbers: Any, again: pa.Table) -> Note:
    header = columns.headers[at]
    named = [columns.name(name) for name in (header, *columns.called.values())]
    if columns.table == "deals":
        line = f'set columns.deal_id = "{header}" under [tables.deals]'
    else:
        line = columns.query(f"DISTINCT {', '.join(named)}")
    shown_rows = numbers.agg(lambda held: ", ".join(map(str, held))).iloc[:EXAMPLES]
    return Note(
        table=columns.table,
        column="",
        rows=again.num_rows,
        what=f"have the number of an earlier row in '{header}', which is not mapped, and "
        f"the same mapped values{sums(again.to_pandas())}",
        examples=tuple(shown(f"{id_}: rows {held}") for id_, held in shown_rows.items()),
        remedy=f"If the amount is that of the whole and not of each line, count it once: {line}.",
        is_doubt=True,
    )
