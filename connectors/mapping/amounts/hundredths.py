"""Codes of hundredths that exchanges and ERPs write for a currency: ``GBp`` and ``GBX`` are pence.

None is a code of ISO 4217, and read without its case ``GBp`` would be a pound.
"""

from collections.abc import Mapping

_CODES = {
    "GBP": "GBp GBx GBX gbx",
    "ZAR": "ZAc ZAr ZAC zac",
    "ILS": "ILa ILs ILA ila",
    "USD": "USc USx USX usx",
    "EUR": "EUc EUx EUX eux",
}
_WHOLE: Mapping[str, str] = {
    code: whole for whole, codes in _CODES.items() for code in codes.split()
}
CODES = tuple(_WHOLE)
"""As they are written; ``gbp`` in small letters is a pound."""


def hundredths_of(code: str) -> str:
    """Return the currency whose hundredths ``code`` means, "" where it means none."""
    return _WHOLE.get(code.strip(), "")


def hundredths_problem(code: str) -> str:
    """Why an amount in such a code is not read, and the settings that decide."""
    whole = hundredths_of(code)
    return (
        f"means hundredths of {whole}: let a query write '{whole}' and "
        f"CAST(amount AS DOUBLE) / 100 for these rows. If all rows are in hundredths, set "
        f'values.currency = {{ {whole} = "{code}" }} and scale = {{ amount = 0.01 }}'
    )
