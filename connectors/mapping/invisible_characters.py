"""Spaces and marks that nobody sees: written by browsers and phones, read as one plain space."""

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

_ODD = r"[^\x20-\x7e]|\x20\x20"
_MARKS = r"[\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]"
"""Without width: direction marks, joiners, byte order marks."""
_SPACES = r"[\s\pZ\x0b]+"
"""Tabs, no-break spaces, the narrow one that browsers write before AM and PM, several in a row."""


def plainly_spaced(texts: "pa.StringArray") -> "pa.StringArray":
    """Return ``texts`` composed (NFC), with each run of spaces as one and marks without width."""
    odd = pc.match_substring_regex(texts, _ODD)
    if not pc.any(odd).as_py():
        return texts
    plain = pc.utf8_normalize(texts.filter(odd), form="NFC")
    plain = pc.replace_substring_regex(plain, _MARKS, "")
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, _SPACES, " "))
    return cast("pa.StringArray", pc.replace_with_mask(texts, odd, plain))
