"""Currency marks as people write them beside amounts and in headers: signs and ISO codes."""

import re
from datetime import date
from functools import cache

from babel import Locale
from babel.numbers import get_currency_symbol, get_territory_currencies

from connectors.mapping.amounts.currency_words import currency_in_words
from connectors.mapping.amounts.hundredths import CODES, hundredths_of
from kpis.definitions import Company

_HOME_SIGNS = {
    "zł": "PLN", "fr": "CHF", "₽": "RUB", "₺": "TRY", "₴": "UAH", "฿": "THB", "kč": "CZK",
    "ft": "HUF", "lei": "RON", "руб": "RUB", "us$": "USD", "c$": "CAD", "au$": "AUD", "s$": "SGD",
    "円": "JPY", "원": "KRW", "грн": "UAH", "ден": "MKD", "rm": "MYR", "rp": "IDR", "s/": "PEN",
    "rd$": "DOP", "mop$": "MOP", "ksh": "KES", "tsh": "TZS", "ush": "UGX", "gh₵": "GHS",
    "₡": "CRC", "₦": "NGN", "₭": "LAK", "₮": "MNT", "₲": "PYG", "₸": "KZT", "₼": "AZN", "₾": "GEL",
    "֏": "AMD", "؋": "AFN", "৳": "BDT", "៛": "KHR",
}  # fmt: skip
"""Signs that Babel's English does not have, each of one currency where it is at home."""
_SHARED = {
    "$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU DOP BBD BMD BND BSD BZD FJD GYD JMD KYD "
    "LRD NAD SBD SRD TTD XCD",
    "£": "GBP EGP FKP GIP LBP SDG SHP SSP SYP",
    "¥": "JPY CNY",
    "元": "CNY TWD HKD MOP",
    "rs": "INR PKR LKR NPR MUR SCR",
    "kr": "SEK NOK DKK ISK",
}
"""Signs of more than one currency. The first is the one meant by default, except of crowns."""

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
def _signs() -> dict[str, frozenset[str]]:
    signs = {_folded(get_currency_symbol(code, locale="en")): code for code in _codes()}
    own = {sign: frozenset([code]) for sign, code in (signs | _HOME_SIGNS).items()}
    own |= {code.casefold(): frozenset([code]) for code in _codes()}
    return own | {sign: frozenset(codes.split()) for sign, codes in _SHARED.items()}


def _lands() -> list[str]:
    return [str(land) for land in Locale("en").territories if str(land).isalpha()]


@cache
def currencies_of(mark: str) -> frozenset[str]:
    """Return the ISO codes that ``mark`` may stand for; none where it is no currency mark.

    Marks are signs (``€``, ``US$``, ``kr.``), ISO codes, and both together (``USD$``). An ISO code
    has no full stop: ``EUR.50`` may be half a euro. A code of hundredths (``GBp``) is none.
    """
    if hundredths_of(mark):
        return frozenset()
    folded = _folded(mark)
    if mark.rstrip().endswith(".") and folded.upper() in _codes():
        return frozenset()
    if folded in _signs():
        return _signs()[folded]
    both = re.fullmatch(r"([^\W\d_]+)(\W)", folded)
    return currencies_of(both[1]) & currencies_of(both[2]) if both else frozenset()


def currency_of(mark: str, company: Company) -> str | None:
    """Return the ISO code that ``mark`` beside an amount stands for; None where it may be several.

    A sign of several currencies means the company's own if that is one of them. Otherwise ``$`` is
    USD, ``£`` GBP, ``¥`` JPY, ``Rs`` INR, and ``kr`` remains unknown.
    """
    meant = currencies_of(mark)
    if len(meant) == 1 or company.currency in meant:
        return company.currency if company.currency in meant else next(iter(meant))
    return None if _folded(mark) == "kr" else _SHARED[_folded(mark)][:3]


_ABBREVIATIONS = {"ALL", "TOP", "SSP", "IRR", "KGS", "SDG", "SHP", "SLE", "BTN", "BND"}
"""Codes that mean something else in capitals, too: supply-side platform, return, kilograms."""
_WORDS = _ABBREVIATIONS | {
    *("TRY", "PEN", "MAD", "CUP", "GEL", "SOS", "MOP", "BAM", "BOB", "COP", "MUR", "ANG", "NAD"),
}
"""Codes that are words or names."""
_PLAIN_SIGNS = ("kr", "zł", "kč", "円", "원")
"""Signs of letters that mean nothing else: "(fr)" may be France."""
_TOKEN = re.compile(r"[^\W\d_]*[^\w\s.,;:'’()/|\[\]%+−-]|[^\W\d_]+\.?")

_IN_UNIT = re.compile(r"(?<![^\W_])[kKtTmM](?=[€$£¥]|(?:EUR|USD|GBP|CHF)(?![^\W_]))")
"""The letter of thousands or millions before a currency: "k€", "TEUR"."""
_HUMPED = re.compile(
    r"(?<=[^\W\d_A-Z])(?:[A-Z]{3}|[A-Z][a-z]{2})(?![^\W_])|\b[a-z]{3}(?=[A-Z][a-z])"
)
_HUNDREDTHS = re.compile(rf"(?<![^\W_])(?:{'|'.join(CODES)})(?![^\W_])")


def header_currency(header: str, company: Company) -> tuple[str, bool] | None:
    """Return the currency that the header of a column of amounts names, and whether it is sure.

    A code counts in capitals, or where it is set off: in brackets, after "in", or last after a
    comma or an underscore. It is not sure where the code is a word, as in "amount_all", where
    underscores go on behind it, or where the header names two. ``Total try`` and
    ``cost_per_lead`` name none. ``costInUsd`` is as ``cost_in_usd``. Words count where there is no
    code: ``Importe en dólares``.
    """
    found: dict[str, bool] = {}
    header = _IN_UNIT.sub("", header)
    header = _HUNDREDTHS.sub(lambda match: hundredths_of(match[0]), header)
    header = _HUMPED.sub(_set_off_by_underscores, header)
    for match in _TOKEN.finditer(header):
        mark = match[0]
        if not currencies_of(mark):
            continue
        before, after = header[: match.start()].rstrip(), header[match.end() :].lstrip()
        code = currency_of(mark, company)
        in_brackets = before[-1:] in ("(", "[") and after[:1] in (")", "]")
        is_set_off = in_brackets or _is_set_off(before, after)
        is_sign = not mark.rstrip(".").isalpha() or (_folded(mark) in _PLAIN_SIGNS and is_set_off)
        if is_sign:
            found[code or mark] = code is not None
        elif mark.upper() != code:
            continue
        elif is_set_off or _stands_out(mark, header, after):
            is_plain = in_brackets and mark.isupper() and not header.isupper()
            found[code] = code not in (_ABBREVIATIONS if is_plain else _WORDS)
        elif after.startswith("_") and before[-1:] in ("", "_") and code not in _WORDS:
            found[code] = False
    if not found:
        return currency_in_words(header, company.currency)
    return " or ".join(found), len(found) == 1 and all(found.values())


def _set_off_by_underscores(match: "re.Match[str]") -> str:
    """A code at the end or beginning of words in camel case, unless it is a word itself."""
    word = match[0]
    if word.upper() not in _codes() - _WORDS:
        return word
    return f"{word}_" if word.islower() else f"_{word}"


def _is_set_off(before: str, after: str) -> bool:
    """Whether a code between these parts of a header is set off, whatever its case."""
    is_last = after[:1] in ("", "(", "[", ")", "]", ",", ";")
    return is_last and re.search(r"[,_]$|(?:^|[\W_])(?:in|en)_?$", before, re.I) is not None


def _stands_out(mark: str, header: str, after: str) -> bool:
    """Whether ``mark`` is in capitals among small letters, or ends a header in capitals."""
    if not mark.isupper():
        return False
    return not header.isupper() or (not after and mark not in _WORDS)
