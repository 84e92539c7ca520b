"""Spaces and marks that nobody sees: written by browsers and phones, they are no part of a text."""

import re
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""Without width, within a class of characters: soft hyphens, direction marks, joiners, BOMs."""
_STRAY = "\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\ufeff"
"""Of these, what is no part of a name either; marks that turn a name's direction are."""
_AT_ENDS = re.compile(rf"^[\s{_STRAY}]+|[\s{_STRAY}]+$")
_ANYWHERE = re.compile(f"[{_UNSEEN}]")
_JOINER = "[\u200c\u200d]"
_BETWEEN_LETTERS = re.compile(rf"(?<=[^\x00-\x7f]){_JOINER}(?=[^\x00-\x7f])")
"""Joiners that Persian and Indic letters, and emoji, are written with."""
_ODD = r"[^\x20-\x7e]|\x20\x20"
_SPACES = r"[\s\pZ\x0b]+"
"""Tabs, no-break spaces, the narrow one that browsers write before AM and PM, several in a row."""


def trimmed(text: str) -> str:
    """Return ``text`` without spaces and stray marks at its ends."""
    return text.strip() if text.isascii() else _AT_ENDS.sub("", text)


def without_unseen(text: str, keep_joiners: bool = False) -> str:
    """Return ``text`` without marks of no width; joiners may stay between letters they join."""
    if not keep_joiners:
        return _ANYWHERE.sub("", text)
    kept = [match.start() for match in _BETWEEN_LETTERS.finditer(text)]
    return _ANYWHERE.sub(lambda found: found[0] if found.start() in kept else "", text)


def plainly_spaced(texts: "pa.StringArray") -> "pa.StringArray":
    """Return ``texts`` composed (NFC), with each run of spaces as one and marks without width."""
    odd = pc.match_substring_regex(texts, _ODD)
    if not pc.any(odd).as_py():
        return texts
    plain = pc.utf8_normalize(texts.filter(odd), form="NFC")
    plain = pc.replace_substring_regex(plain, f"[{_UNSEEN}]", "")
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, _SPACES, " "))
    return cast("pa.StringArray", pc.replace_with_mask(texts, odd, plain))
