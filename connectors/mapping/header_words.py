"""A header as plain words, so that rules on what headers say read them all alike."""

import re

_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")


def header_words(header: str) -> str:
    """Return the words of a header: ``IsDeleted``, ``is_deleted`` and ``Is-Deleted`` are alike."""
    return " ".join(_WORD.findall(_HUMP.sub(" ", header))).casefold()
