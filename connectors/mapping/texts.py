"""Columns of text: ids, currencies, names, with what the settings rename in them."""

from collections.abc import Sequence

import pyarrow as pa

from connectors.mapping.cells import Cells, Parsed, texts_of
from connectors.mapping.choices import Names, renamed
from connectors.mapping.ids import ids, is_id
from kpis.definitions import unknown_currency
from kpis.model import Column


def texts(column: Column, cells: Cells, names: Names, takes_first: bool, where: str) -> Parsed:
    """Return the text of each distinct value, renamed as ``names`` says.

    takes_first: of several ids in a cell the first counts.
    """
    found = renamed(texts_of(cells.values), column.name, names, where)
    if column.name == "currency":
        return _currencies(found)
    if is_id(column.name):
        return ids(cells.values, found, takes_first)
    return Parsed(pa.array(found, pa.string()), {})


def _currencies(texts: Sequence[str]) -> Parsed:
    codes = [text.upper() for text in texts]
    reasons = {}
    for position, code in enumerate(codes):
        if why := unknown_currency(code):
            reasons[position] = f"{why}; values.currency can rename it"
    return Parsed(pa.array(codes, pa.string()), reasons)
