"""Currencies in words, as headers name them: ``Importe en dólares``, ``Betrag in US-Dollar``."""

import re
import unicodedata
from functools import cache

from babel import Locale
from babel.numbers import get_currency_name

_NOUNS = (
    (r"euro(?:s|n|a|issa)?|eurach|eurech", "EUR"),
    (
        r"doll?ar(?:s|o|i|es|y|u|ow|ach|ech|ia|eissa)?",
        "USD CAD AUD NZD SGD HKD TWD BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD",
    ),
    (
        r"pounds?|pfund|pund|pond(?:en)?|livres?|libras?|sterlin[ae]|sterling|funt(?:y|ow|ach)",
        "GBP EGP FKP GIP LBP SDG SHP SSP SYP",
    ),
    (r"zlot(?:y|ys|ych|e|ego)", "PLN"),
    (r"reais|reales", "BRL"),
    (r"forint(?:s|y|ow|ach|ech|er)?", "HUF"),
    (r"yen(?:s|es)?|jeny?|jenach", "JPY"),
    (r"yuans?|renminbi", "CNY"),
    (r"liras?", "TRY"),
    (
        r"kron(?:en|er|or|ur)|coronas|coroas|couronnes|corone|kor[ou]n(?:ach|y)?",
        "? SEK NOK DKK ISK CZK",
    ),
    (r"pesos?", "? MXN ARS CLP COP UYU DOP PHP CUP"),
    (
        r"francs?|franken|francos|franchi|frank(?:i|ow|ach)",
        "? CHF XAF XOF XPF CDF GNF DJF RWF BIF KMF",
    ),
    (r"rupees?|rupi(?:as|en)", "? INR PKR LKR NPR MUR SCR"),
)
"""Nouns without accents, with their codes. The first is meant by default, unless it is ``?``."""
_USUAL_LANDS = {word: frozenset(["USD"]) for word in ("us", "usa", "eeuu", "ee", "uu")}
_LOCALES = (
    *("en", "de", "fr", "es", "it", "pt", "nl", "pl"),
    *("cs", "sv", "nb", "da", "fi", "hu", "ro", "tr"),
)
_COUNTS = (1, 2, 5, 1.5)
"""Of each plural form that these languages have."""
_SET_OFF = re.compile(r"(?:^|(?<=[ (\[]))(?:in|en|em|w|we|v|i) |[()\[\]]")
_NEUTRAL = {
    *("de", "des", "del", "di", "do", "d", "net", "netto", "gross", "brutto", "ht", "ttc", "vat"),
    *("k", "thousand", "thousands", "tsd", "tausend", "milliers", "miles"),
    *("mio", "million", "millions", "millionen"),
}
"""Words beside a noun that say nothing about which currency it is."""
_WORD = re.compile(r"[^\W\d_]+")


def _plain(text: str) -> str:
    """A text in small letters without accents: ``złotych`` is ``zlotych``."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(one for one in apart if not unicodedata.combining(one))


@cache
def _adjectives() -> dict[str, frozenset[str]]:
    """The words in the names of these currencies, with the codes of those that have them."""
    found: dict[str, set[str]] = {}
    codes = {code for _, listed in _NOUNS for code in listed.split()}
    for name in _LOCALES:
        locale = Locale(name)
        for code in codes & set(locale.currencies):
            names = {get_currency_name(code, count, locale) for count in _COUNTS}
            for word in _WORD.findall(_plain(" ".join(names))):
                found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()} | _USUAL_LANDS


def currency_in_words(header: str, own: str) -> tuple[str, bool] | None:
    """Return the currency that a header names in words, and whether it is sure; None without one.

    The words are set off by a preposition or in brackets. own: the company's currency, which a noun
    of several means where it is one of them; else dollars are USD, pounds GBP, and crowns, pesos
    and francs are not sure. An adjective decides: ``norske kroner``.
    """
    _, *phrases = _SET_OFF.split(re.sub(r"[_\s/-]+", " ", _plain(header)))
    for words in map(_WORD.findall, phrases):
        for noun, listed in _NOUNS:
            if named := [word for word in words if re.fullmatch(noun, word)]:
                others = [word for word in words if word not in (*named, *_NEUTRAL)]
                return _meant(named[0], listed.split(), others, own)
    return None


def _meant(noun: str, codes: list[str], others: list[str], own: str) -> tuple[str, bool]:
    """Which of the codes a noun stands for beside other words, and whether it is sure."""
    if len(codes) == 1 or not others:
        code = own if own in codes else codes[0]
        return (noun, False) if code == "?" else (code, True)
    meant = frozenset(codes).intersection(*(_adjectives().get(word, ()) for word in others))
    return (next(iter(meant)), True) if len(meant) == 1 else (noun, False)
