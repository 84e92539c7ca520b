"""Currency marks as people write them beside amounts: signs and ISO codes."""

from datetime import date
from functools import cache

from babel import Locale
from babel.numbers import get_currency_symbol, get_territory_currencies

from kpis.definitions import Company

_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")
_CROWNS = ("SEK", "NOK", "DKK", "ISK")
_HOME_SIGNS = {
    "rs": "INR", "zł": "PLN", "fr": "CHF", "₽": "RUB", "₺": "TRY", "₴": "UAH", "฿": "THB",
    "us$": "USD", "c$": "CAD", "au$": "AUD", "s$": "SGD",
}  # fmt: skip
"""Signs that Babel's English does not have."""
_SHARED = {"$": ("USD", *_DOLLARS), "¥": ("JPY", "CNY"), "kr": (None, *_CROWNS)}
"""Signs of more than one currency: the one meant by default (none for crowns), then all."""

_IN_USE_SINCE = date(2020, 1, 1)
"""Older codes stand in no amount: "12 Std" are twelve hours in German, and no dobras."""


def _folded(mark: str) -> str:
    return mark.strip().rstrip(".").casefold()


@cache
def _codes() -> frozenset[str]:
    """The codes in use, so that "12 Mio" is not read as an amount of 12 in a currency MIO."""
    used = (get_territory_currencies(land, _IN_USE_SINCE, date.max) for land in _lands())
    return frozenset(code for codes in used for code in codes)


@cache
def _signs() -> dict[str, str]:
    signs = {_folded(get_currency_symbol(code, locale="en")): code for code in _codes()}
    return signs | _HOME_SIGNS


def _lands() -> list[str]:
    return [str(land) for land in Locale("en").territories if str(land).isalpha()]


def is_currency_mark(mark: str) -> bool:
    """Return whether ``mark`` is a currency sign (``€``, ``US$``, ``kr.``) or an ISO code."""
    folded = _folded(mark)
    return folded in _SHARED or folded in _signs() or folded.upper() in _codes()


def currency_of(mark: str, company: Company) -> str | None:
    """Return the ISO code that ``mark`` beside an amount stands for; None where it may be several.

    ``$``, ``¥`` and ``kr`` mean the company's own currency if it is written so. Otherwise ``$`` is
    USD, ``¥`` is JPY, and ``kr`` remains unknown.
    """
    folded = _folded(mark)
    if folded in _SHARED:
        usual, *all_of_them = _SHARED[folded]
        return company.currency if company.currency in (usual, *all_of_them) else usual
    return _signs().get(folded, folded.upper())
