"""Names of months and weekdays in the languages of Europe, as Unicode's CLDR has them (Babel).

A name that means different months in two languages (``listopad``: October in Croatian, November
in Polish) is read only where the other names of the column leave one language.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale

_LANGUAGES = (
    *("en", "de", "de_AT", "fr", "es", "it", "nl", "pt", "pl", "cs", "sk", "sl", "hr", "hu", "ro"),
    *("sv", "da", "nb", "fi", "el", "tr", "bg", "uk", "ru"),
)
_BESIDE_CLDR = (("en", "sept", 9), ("de", "mrz", 3), ("de", "maerz", 3), ("es", "setiembre", 9))
"""What spreadsheets and people write beside CLDR's names; German Excel shortens März to Mrz."""

AMBIGUOUS, UNKNOWN = -1, 0


def months_of(names: Iterable[str]) -> dict[str, int]:
    """Return the month that each of ``names``, those of one column, means; else UNKNOWN.

    AMBIGUOUS where it depends on the language, and no language has all of the names.
    """
    written = list(names)
    readings = {name: _readings(name) for name in written}
    languages = [set(reading) for reading in readings.values() if reading]
    common = set.intersection(*languages) if languages else set()
    return {name: _one(reading, common) for name, reading in readings.items()}


def _one(reading: Mapping[str, int], languages: set[str]) -> int:
    months = {reading[language] for language in languages} or set(reading.values())
    return next(iter(months)) if len(months) == 1 else (AMBIGUOUS if months else UNKNOWN)


def meanings(name: str) -> list[int]:
    """The months that ``name`` means in one language or another, in order."""
    return sorted(set(_readings(name).values()))


def _readings(name: str) -> Mapping[str, int]:
    """Language → the month that ``name`` means in it."""
    return _months().get(_folded(name), {})


def weekdays_of(name: str) -> frozenset[int]:
    """The weekdays that ``name`` means in one language or another; Monday is 0."""
    return _weekdays().get(_folded(name), frozenset())


def _folded(name: str) -> str:
    """Without case, accents and the dot of an abbreviation."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).rstrip(".")


@cache
def _months() -> Mapping[str, Mapping[str, int]]:
    """Folded name → language → month."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for language in _LANGUAGES:
        for form in _forms(Locale.parse(language).months):
            for month, name in form.items():
                found[_folded(name)][language] = month
    for language, name, month in _BESIDE_CLDR:
        found[name][language] = month
    return found


@cache
def _weekdays() -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES:
        for form in _forms(Locale.parse(language).days):
            for weekday, name in form.items():
                found[_folded(name)].add(weekday)
    return {name: frozenset(weekdays) for name, weekdays in found.items()}


def _forms(names: Mapping[str, Mapping[str, Mapping[int, str]]]) -> list[Mapping[int, str]]:
    """In a date (``października``) and alone (``październik``), in full and shortened."""
    contexts = ("format", "stand-alone")
    return [names[context][width] for context in contexts for width in ("wide", "abbreviated")]
