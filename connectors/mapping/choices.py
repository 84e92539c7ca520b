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

    An exact source value wins; otherwise case and the kind and number of blanks do not count.
    A canonical name stands for itself unless it is listed for another. What fits nothing is no
    choice.

    Raises MappingError when ``names`` names a value that the column cannot have.
    """
    for canonical in names:
        if canonical not in column.choices:
            raise MappingError(
                f"{where}: the settings map values to '{canonical}', which {column.name} cannot "
                f"be. {nearest(canonical, column.choices)} It is one of "
                f"{', '.join(column.choices)}: correct values.{column.name}."
            )
    found = _Lookup(names, column.name, where, column.choices)
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


def taken_by_rest(texts: Sequence[str], names: Names, column: Column) -> list[int]:
    """Return the positions of the texts that nothing fits but "*"."""
    found = _Lookup(names, column.name, "", column.choices)
    return [at for at, text in enumerate(texts) if found.is_rest(text)]


def folded_value(value: str) -> str:
    """Return a value without case, and with one space for a no-break space or several blanks."""
    return " ".join(value.split()).casefold()


def _plain(value: str) -> str:
    """A value of the settings as cells are read: trimmed, accents composed."""
    return unicodedata.normalize("NFC", value.strip())


class _Lookup:
    """Source value → canonical value: the exact one, else ignoring case and blanks, else "*".

    A canonical value, of ``choices`` or one that ``names`` gives, stands for itself where it is
    not listed for another.
    """

    def __init__(self, names: Names, column: str, where: str, choices: Sequence[str] = ()) -> None:
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
                    self._folded.setdefault(folded_value(_plain(value)), set()).add(canonical)
        for canonical in (*choices, *names):
            self._exact.setdefault(_plain(canonical), canonical)
            self._folded.setdefault(folded_value(_plain(canonical)), {canonical})

    @property
    def known(self) -> list[str]:
        return list(self._exact)

    def __getitem__(self, text: str) -> str | None:
        return self._rest if self.is_rest(text) else self._fitting(text)

    def is_rest(self, text: str) -> bool:
        """Whether no value but "*" fits."""
        return self._fitting(text) is None

    def _fitting(self, text: str) -> str | None:
        folded = self._folded.get(folded_value(text), set())
        return self._exact.get(text, next(iter(folded)) if len(folded) == 1 else None)


def _unknown(text: str, column: str, known: Sequence[str]) -> str:
    close = nearest(text, known)
    hint = f" {close}" if close.startswith("Did") else ""
    return f"is not a known {column}; known are {', '.join(known)}.{hint}"
