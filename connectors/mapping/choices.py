"""Values that are called otherwise in the source: status values, teams, stages, owners."""

import unicodedata
from collections.abc import Mapping, Sequence

import pyarrow as pa

from connectors.mapping.cells import Parsed
from kpis.errors import MappingError, nearest
from kpis.model import Column

EVERYTHING_ELSE = "*"

Names = Mapping[str, str | list[str]]
"""Canonical value = source value, a list of them, or "*" for all others."""


def choices(texts: Sequence[str], column: Column, names: Names, where: str) -> Parsed:
    """Return the canonical choice that each text stands for.

    An exact source value wins; otherwise case and surrounding blanks do not count. A canonical
    name without an entry of its own stands for itself. What fits nothing is no choice.

    Raises MappingError when ``names`` names a value that the column cannot have.
    """
    for canonical in names:
        if canonical not in column.choices:
            raise MappingError(
                f"{where}: the settings map values to '{canonical}', which {column.name} cannot "
                f"be. {nearest(canonical, column.choices)} It is one of "
                f"{', '.join(column.choices)}: correct values.{column.name}."
            )
    own = {choice: choice for choice in column.choices if choice not in names}
    found = _Lookup({**names, **own}, column.name, where)
    values = [found[text] for text in texts]
    reasons = {
        position: _unknown(texts[position], column.name, found.known)
        for position, value in enumerate(values)
        if value is None
    }
    return Parsed(pa.array(values, pa.string()), reasons)


def renamed(texts: Sequence[str], column: str, names: Names, where: str) -> list[str]:
    """Return the texts with those that ``names`` lists replaced; the others stay as they are."""
    if not names:
        return list(texts)
    found = _Lookup(names, column, where)
    return [found[text] or text for text in texts]


def taken_by_rest(texts: Sequence[str], names: Names, own_names: Sequence[str]) -> list[int]:
    """Return the positions of the texts that nothing fits but "*".

    own_names: canonical values, which stand for themselves.
    """
    own = [v for given in names.values() for v in ([given] if isinstance(given, str) else given)]
    listed = {_plain(value).casefold() for value in (*own, *names, *own_names)}
    return [at for at, text in enumerate(texts) if text.casefold() not in listed]


def _plain(value: str) -> str:
    """A value of the settings as cells are read: trimmed, accents composed."""
    return unicodedata.normalize("NFC", value.strip())


class _Lookup:
    """Source value → canonical value: the exact one, else ignoring case, else the "*" one."""

    def __init__(self, names: Names, column: str, where: str) -> None:
        self._exact: dict[str, str] = {}
        self._folded: dict[str, set[str]] = {}
        self._rest: str | None = None
        for canonical, listed in names.items():
            for value in [listed] if isinstance(listed, str) else listed:
                taken = self._rest if value == EVERYTHING_ELSE else self._exact.get(_plain(value))
                if taken not in (None, canonical):
                    raise MappingError(
                        f"{where}: the settings map '{value}' to '{taken}' and to '{canonical}'. "
                        f"List it once under values.{column}."
                    )
                if value == EVERYTHING_ELSE:
                    self._rest = canonical
                else:
                    self._exact[_plain(value)] = canonical
                    self._folded.setdefault(_plain(value).casefold(), set()).add(canonical)

    @property
    def known(self) -> list[str]:
        return list(self._exact)

    def __getitem__(self, text: str) -> str | None:
        if text in self._exact:
            return self._exact[text]
        folded = self._folded.get(text.casefold(), set())
        return next(iter(folded)) if len(folded) == 1 else self._rest


def _unknown(text: str, column: str, known: Sequence[str]) -> str:
    close = nearest(text, known)
    hint = f" {close}" if close.startswith("Did") else ""
    return f"is not a known {column}; known are {', '.join(known)}.{hint}"
