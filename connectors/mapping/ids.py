"""Ids as sources write them: guarded by a spreadsheet, rounded by one, several in a cell."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from connectors.mapping.cells import NOT_ASCII, Cells, Parsed, Remark, matching, text_of
from connectors.mapping.invisible_characters import without_unseen

_GUARDED = re.compile(r"""="((?:[^"]|"")*)"|=(\d+)|'(\d+|[=+@-].*)""", re.DOTALL)
"""What exports write so that a spreadsheet takes a cell as text: ``="0002"``, ``'0002``."""
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,3}")
_ID_IS_LOST = "is a number that a spreadsheet rounded, so the id is lost; export it as text"
_EXACT = 1e15
"""Spreadsheets keep fifteen digits of a number."""
_BLANKS = re.compile(r"[^\S \r\n]+")
_SEVERAL = re.compile(r"\s*[;,|\t\r\n；，、]\s*")
_SEVERAL_BUT_BY_COMMA = re.compile(r"\s*[;|\t\r\n；]\s*")
_BETWEEN_SPACES = re.compile(r"\s+(?:[/&+·•]|and|und|et|y|e|en|og|och|oraz)\s+")
_IN_ONE_WORD = re.compile(r"(?<=\w)(?:[/&+]\s?|\s[/&+])(?=\w)")
"""Beside these an id is a word with a digit, as ``Search & Display`` has none. Without spaces it
has a letter, too, and all parts one form: ``2026/1001`` and ``Q1/SEM2`` are one id, ``L101/L109``
two."""
_LIST = re.compile(r"\[.*\]|\{.*\}", re.DOTALL)
"""A list as JSON or PostgreSQL writes it: ``["L1", "L2"]``, ``{L1,L2}``."""
_LOOKUP = re.compile(r"\d+;#([^;]+)")
"""What SharePoint exports of a lookup: the number of the item, and its value."""
_SEPARATORS = "; , | a line, or / and & between spaces"
_CLEANED = "held characters that nobody sees, and were read without them"
_SHORTENED = "list several ids, of which the first was taken"
_UNLISTED = "were lists of one id, which was taken"
_NO_LIST = f"hold no list for first_of, which splits cells at {_SEPARATORS}"
_IS_WHOLE = "have a / & or + without spaces around, which first_of keeps as a part of the id"
_LOOKED_UP = "are lookups of SharePoint (number;#id), of which the id counts"
_REMARKS = (_CLEANED, _SHORTENED, _UNLISTED, _NO_LIST, _IS_WHOLE, _LOOKED_UP)


def is_id(column: str) -> bool:
    """Whether a canonical column holds ids, which are text that must be the same everywhere."""
    return column.endswith("_id")


def unguarded(cells: Cells) -> tuple[Cells, list[Remark]]:
    """Return the cells without the guard that keeps a spreadsheet from reading them as numbers."""
    found: dict[int, str] = {}
    for position in matching(cells.texts, "^[=']"):
        if guarded := _GUARDED.fullmatch(cells.values[position]):
            found[position] = (guarded[guarded.lastindex or 0] or "").replace('""', '"').strip()
    if not found:
        return cells, []
    values = cells.values.to_numpy(copy=True)
    values[list(found)] = list(found.values())
    blank = [position for position, text in found.items() if not text]
    codes = np.where(np.isin(cells.codes, blank), -1, cells.codes)
    remark = Remark(
        tuple(found), 'were guarded for a spreadsheet, as in ="…" or \'…, and read without it'
    )
    return replace(cells, values=pd.Index(values, dtype=object), codes=codes), [remark]


def ids(values: "pd.Index[Any]", texts: Sequence[str], takes_first: bool) -> Parsed:
    """Return each id as text, without characters that nobody sees; a rounded one has a reason.

    takes_first: of several ids in a cell the first counts, as the settings say.
    """
    seen = list(texts)
    reasons: dict[int, str] = {}
    found: dict[str, list[int]] = {what: [] for what in _REMARKS}
    between = _between(texts) if takes_first else _SEVERAL
    splits_words = takes_first and not any(map(_SEVERAL.search, texts))
    written = pa.array(texts, pa.string())
    looked_at = range(len(texts)) if takes_first else matching(written, rf"{NOT_ASCII}|\+|;#")
    for position in looked_at:
        text = texts[position]
        if lookup := _LOOKUP.fullmatch(text):
            found[_LOOKED_UP].append(position)
            text = lookup[1].strip()
        listed = _listed(text, between, splits_words) if takes_first else []
        if takes_first and not listed and _IN_ONE_WORD.search(text):
            found[_IS_WHOLE].append(position)
        if listed:
            found[_SHORTENED if listed[1:] else _UNLISTED].append(position)
            text = listed[0]
        visible = _visible(text)
        if visible != text:
            found[_CLEANED].append(position)
        if "+" in visible and _ROUNDED.fullmatch(visible):
            reasons[position] = _ID_IS_LOST
        seen[position] = visible
    if takes_first and not (found[_SHORTENED] or found[_UNLISTED]):
        found |= {_NO_LIST: list(looked_at), _IS_WHOLE: []}
    remarks = [
        *(Remark(tuple(positions), what) for what, positions in found.items()),
        Remark(
            _inexact(values),
            "are numbers of sixteen digits or more, of which a spreadsheet keeps fifteen",
            "Store the ids as text where they are kept.",
            is_doubt=True,
        ),
    ]
    kept = tuple(remark for remark in remarks if remark.positions)
    return Parsed(pa.array(seen, pa.string()), reasons, kept)


def _visible(text: str) -> str:
    if text.isascii():
        return text
    return _BLANKS.sub(" ", without_unseen(text, keep_joiners=True)).strip()


def _between(texts: Sequence[str]) -> re.Pattern[str]:
    """What separates ids in a column: a comma only where no cell has another sign.

    Beside ``Beta;Delta`` the comma of ``Acme, Inc.`` is a part of the name.
    """
    plain = (text for text in texts if not _LIST.fullmatch(text))
    return _SEVERAL_BUT_BY_COMMA if any(map(_SEVERAL_BUT_BY_COMMA.search, plain)) else _SEVERAL


def _listed(text: str, between: re.Pattern[str], splits_words: bool) -> list[str]:
    """The ids that a cell lists, empty where it holds one that is no list.

    between: what separates them outside of brackets. splits_words: ``L101/L109`` is two, as no cell
    has a clearer separator. ``,L1,`` is a list of one. ``{…}`` is a list only with a separator: a
    GUID stands in braces too.
    """
    if text.startswith("[") and text.endswith("]"):
        try:
            held = [text_of(part).strip() for part in json.loads(text) if part is not None]
            return [part for part in held if part]
        except ValueError:  # no JSON, which knows where an id with a comma ends
            pass
    is_list = _LIST.fullmatch(text) is not None
    inner, between = (text[1:-1], _SEVERAL) if is_list else (text, between)
    parts = [part.strip().strip("\"'") for part in between.split(inner)]
    listed = [part for part in parts if part]
    is_of_one = parts[1:] or (text.startswith("[") and inner != text)
    if not (listed[1:] or is_list or is_of_one):
        return _words(text, splits_words)
    return listed if listed[1:] or (listed and is_of_one) else []


def _words(text: str, splits_words: bool) -> list[str]:
    """The ids of a cell such as ``L101 / L109``, ``L101 & L109`` or ``L101/L109``, else none."""
    parts = _BETWEEN_SPACES.split(text)
    if parts[1:] and all(re.fullmatch(r"\S*\d\S*", part) for part in parts):
        return parts
    parts = _IN_ONE_WORD.split(text) if splits_words else []
    has_ids = all(re.fullmatch(r"\w*[^\W\d_]\w*\d", part) for part in parts)
    has_one_form = len({re.sub(r"\d+", "0", part) for part in parts}) == 1
    return parts if parts[1:] and has_ids and has_one_form else []


def _inexact(values: "pd.Index[Any]") -> tuple[int, ...]:
    if values.dtype.kind == "f":
        return tuple(np.flatnonzero(values.to_numpy() >= _EXACT).tolist())
    if values.dtype != object:
        return ()
    return tuple(i for i, value in enumerate(values) if type(value) is float and value >= _EXACT)
