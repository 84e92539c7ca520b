"""Currency marks as people write them beside amounts: signs and ISO codes."""

from kpis.definitions import Company

_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")
_CROWNS = ("SEK", "NOK", "DKK", "ISK")
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "zł": "PLN", "fr": "CHF", "₽": "RUB",
    "₩": "KRW", "₪": "ILS", "₺": "TRY", "₴": "UAH", "₫": "VND", "₱": "PHP", "฿": "THB",
    "us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD",
    "s$": "SGD", "hk$": "HKD", "mx$": "MXN", "r$": "BRL",
}  # fmt: skip
_SHARED = {"$": ("USD", *_DOLLARS), "¥": ("JPY", "CNY"), "kr": (None, *_CROWNS)}
"""Signs of more than one currency: the one meant by default (none for crowns), then all."""

# ISO 4217, so that "12 Mio" is not read as an amount of 12 in a currency MIO.
_LISTED_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
_CODES = frozenset(_LISTED_CODES.split())


def _folded(mark: str) -> str:
    return mark.strip().rstrip(".").casefold()


def is_currency_mark(mark: str) -> bool:
    """Return whether ``mark`` is a currency sign (``€``, ``US$``, ``kr.``) or an ISO code."""
    folded = _folded(mark)
    return folded in _SIGNS or folded in _SHARED or folded.upper() in _CODES


def currency_of(mark: str, company: Company) -> str | None:
    """Return the ISO code that ``mark`` beside an amount stands for; None where it may be several.

    ``$``, ``¥`` and ``kr`` mean the company's own currency if it is written so. Otherwise ``$`` is
    USD, ``¥`` is JPY, and ``kr`` remains unknown.
    """
    folded = _folded(mark)
    if folded in _SHARED:
        usual, *all_of_them = _SHARED[folded]
        return company.currency if company.currency in (usual, *all_of_them) else usual
    return _SIGNS.get(folded, folded.upper())
