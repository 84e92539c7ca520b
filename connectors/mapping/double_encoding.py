"""Texts that were encoded twice, as "FrÃ¼hjahr" for "Frühjahr": two names for one campaign."""

import re

from connectors.mapping.cells import Cells, Remark

_NEXT = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What the later bytes of a character in UTF-8 look like in Western Windows."""
_CLOSING = "‘’“”…–—›»®™"
"""Of these, what may follow a letter at the end of a word, as in "AMANHÃ…"."""
_TWICE = re.compile(
    rf"[ÂÃÄÅÐÑ](?:[{_NEXT}](?=[^\W\d_])|(?![{_CLOSING}])[{_NEXT}])|â[€‚„][{_NEXT}]"
    rf"|[ã-í][{_NEXT}][{_NEXT}]|ðŸ"
)


def double_encoding(cells: Cells) -> list[Remark]:
    """Return a doubt on the texts of a column that look encoded twice, none where none does."""
    if cells.values.dtype != object:
        return []
    twice = tuple(
        position
        for position, value in enumerate(cells.values)
        if isinstance(value, str) and not value.isascii() and _TWICE.search(value)
    )
    remedy = "Export the text again as UTF-8: elsewhere the same name may be another text."
    return [Remark(twice, "look encoded twice", remedy, is_doubt=True)] if twice else []
