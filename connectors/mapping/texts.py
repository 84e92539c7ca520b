"""Columns of text: ids, currencies, names, with what the settings rename in them.

Texts that were encoded twice, as "FrÃ¼hjahr" for "Frühjahr", are doubted: two names for one.
"""

import re
from collections.abc import Sequence

import pyarrow as pa

from connectors.mapping.amounts.hundredths import hundredths_of, hundredths_problem
from connectors.mapping.cells import NOT_ASCII, Cells, Parsed, Remark, matching, texts_of
from connectors.mapping.choices import Names, renamed
from connectors.mapping.ids import ids, is_id
from kpis.definitions import unknown_currency
from kpis.model import Column

_NEXT = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What the later bytes of a character in UTF-8 look like in Western Windows."""
_CLOSING = "‘’“”…–—›»®™"
"""Of these, what may follow a letter at the end of a word, as in "AMANHÃ…"."""
_TWICE = re.compile(
    rf"[ÂÃÄÅÐÑ](?:[{_NEXT}](?=[^\W\d_])|(?![{_CLOSING}])[{_NEXT}])|â[€‚„][{_NEXT}]"
    rf"|[ã-í][{_NEXT}][{_NEXT}]|ðŸ"
)


def texts(column: Column, cells: Cells, names: Names, takes_first: bool, where: str) -> Parsed:
    """Return the text of each distinct value, renamed as ``names`` says.

    takes_first: of several ids in a cell the first counts.
    """
    if is_id(column.name) and cells.values.dtype.kind in "iu" and not (names or takes_first):
        return Parsed(pa.array(cells.values).cast(pa.string()), {})  # no rule on ids finds a number
    held = texts_of(cells.values)
    found = renamed(held, column.name, names, where)
    if column.name == "currency":
        return _currencies(held, found, names)
    if is_id(column.name):
        return ids(cells.values, found, takes_first)
    return Parsed(pa.array(found, pa.string()), {})


def _currencies(held: Sequence[str], found: Sequence[str], names: Names) -> Parsed:
    """The codes of currencies, as the settings rename them. They name hundredths by their case."""
    listed = {
        text for given in names.values() for text in ([given] if isinstance(given, str) else given)
    }
    codes = [text.upper() for text in found]
    reasons = {}
    for position, (text, code) in enumerate(zip(held, codes, strict=True)):
        if hundredths_of(text) and text not in listed:
            reasons[position] = hundredths_problem(text)
        elif why := unknown_currency(code):
            reasons[position] = f"{why}; values.currency can rename it"
    return Parsed(pa.array(codes, pa.string()), reasons)


def double_encoding(cells: Cells) -> list[Remark]:
    """Return a doubt on the texts of a column that look encoded twice, none where none does."""
    odd = matching(cells.texts, NOT_ASCII)
    twice = tuple(position for position in odd if _TWICE.search(cells.values[position]))
    remedy = "Export the text again as UTF-8: elsewhere the same name may be another text."
    return [Remark(twice, "look encoded twice", remedy, is_doubt=True)] if twice else []
