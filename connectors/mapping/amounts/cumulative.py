"""Amounts that hold all before them: ``Spend MTD``, ``Kosten bis heute``, ``cumulative_cost``."""

import re

import numpy as np

from connectors.mapping.amounts.row_currencies import AmountColumn
from connectors.mapping.header_words import header_words
from connectors.mapping.notes import Note

_SO_FAR = re.compile(
    r"""\b(?: [mqyw]td | (?:month|quarter|year|week|project|life|inception|campaign)?[ ]?to[ ]date
      | cum | cumul\w* | kumul\w* | acumulad[oa]s? | narastająco | accumulated | aufgelaufen\w*
      | running[ ](?:total|sum) | laufende[ ]summe | progressif | progressivo
      | bis[ ](?:heute|dato|jetzt) | seit[ ](?:jahres|monats|quartals)beginn
      | (?:à|a)[ ](?:ce[ ]jour|la[ ]fecha) | hasta[ ](?:hoy|la[ ]fecha) )\b""",
    re.VERBOSE,
)
_LIFETIME = re.compile(r"\blifetime\b")
"""Of costs and payments alone: the lifetime value of a deal is its own."""


def cumulative_notes(amount: AmountColumn) -> list[Note]:
    """Return a doubt where the header of amounts says that each holds all of a time up to its day.

    Rows are summed, so the first day would count again with every later one. The header decides,
    as amounts that only rise are usual, and a cost to date may fall by a refund.
    """
    words = header_words(amount.header)
    is_lifetime = amount.table != "deals" and _LIFETIME.search(words)
    if amount.name != "amount" or not (_SO_FAR.search(words) or is_lifetime):
        return []
    rows = amount.cells.codes >= 0
    what = f"are below the header '{amount.header}', which reads like sums to date: added up, "
    what += "they count too much"
    remedy = "Export the amount of each day, or let a query subtract the row before it (LAG)."
    return amount.note(np.asarray(rows), what, remedy, is_doubt=True)
