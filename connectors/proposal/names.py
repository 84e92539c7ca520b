"""How people call tables and columns, and how well a name says what it holds."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from connectors.mapping.header_words import header_words

_FILE = Path(__file__).with_name("names.toml")
_NO_WORDS = {"eur", "usd", "gbp", "chf", "utc", "property", "properties", "netto", "brutto"}
_NO_WORDS |= {"k", "keur", "teur", "tsd", "mio", "in"}
"""Words of a header that say how a value is meant, and not what it is."""
_LAST_ALIAS = 0.7
"""What the last of a column's names says, where the first says 1."""
_NO_TABLE_WORDS = {"data", "export", "exports", "all", "list", "table", "tbl", "alle", "liste"}
_OTHER_ROWS = {"history", "historie", "audit", "archive", "archiv", "old", "alt", "backup"}
_OTHER_ROWS |= {"stage", "stages", "pipeline", "pipelines", "property", "types", "fields"}
"""Words in the name of a table whose rows are others than those that it is named for."""
_PREFIXED, _PART_OF, _IN_NAME = 0.95, 0.5, 0.8
_SHORT_WORD = 3
"""Letters of a word that alone, at the end of a header, says nothing: "no", "nr", "id"."""


@cache
def names_of(table: str) -> Mapping[str, Any]:
    """Return what a canonical table, its rows (``own``) and its columns are called."""
    found: Mapping[str, Any] = _every_name().get(table, {})
    return found


@cache
def _every_name() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def named_tables() -> list[str]:
    """Return the canonical tables that have names to be known by."""
    return list(_every_name())


def column_name_score(header: str, table: str, column: str) -> float:
    """Return from 0 to 1 how well a header says that it is ``column`` of a canonical table."""
    names = names_of(table)
    aliases: Sequence[str] = [*names.get(column, ()), column.replace("_", " ")]
    words = header_words(header).replace(" i ds", " ids").split()
    plain = [word for word in words if word not in _NO_WORDS] or words
    without = [word for word in plain if word not in names["own"]]
    for score, text in ((1.0, words), (1.0, plain), (_PREFIXED, without)):
        if (phrase := " ".join(text)) in aliases:
            at = 0 if phrase == aliases[-1] else aliases.index(phrase)
            return score * (1 - (1 - _LAST_ALIAS) * at / len(aliases))
    several = (one for one in aliases if " " in one)
    is_part = any(f" {one} " in f" {' '.join(plain)} " for one in several)
    is_last = len(plain[-1]) > _SHORT_WORD and plain[-1] in aliases if plain else False
    return _PART_OF if is_part or is_last else 0.0


def table_name_score(name: str, table: str) -> tuple[float, int]:
    """Return how well a name says that it is a canonical table, and by how long a name of it.

    ``opportunity_history`` says nothing of opportunities: its rows are others.
    """
    file, _, title = name.partition("#")
    stem = file.rpartition(".")[0] if file.casefold().endswith(_SUFFIXES) else file
    best = (0.0, 0)
    for text in (title, stem):
        words = " ".join(w for w in header_words(text).split() if w not in _NO_TABLE_WORDS)
        for alias in names_of(table)["tables"]:
            if words == alias:
                best = max(best, (1.0, len(alias)))
            elif f" {alias} " in f" {words} ":
                more = set(words.split()) - set(alias.split())
                if not more & (_OTHER_ROWS | set(names_of(table).get("others", ()))):
                    best = max(best, (_IN_NAME, len(alias)))
    return best


_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet", ".pq")
