"""Lines above a table that name the currency or the unit of its amounts: ``Currency: USD``.

Each is read as if the header of the amounts said it, unless the header names its own.
"""

import re
from collections.abc import Iterator, Sequence

from connectors.mapping.amounts.currencies import header_currency
from connectors.mapping.amounts.row_currencies import AmountColumn
from connectors.mapping.amounts.units import header_unit
from connectors.mapping.notes import Note
from kpis.definitions import Company

_CURRENCY = re.compile(
    r"(?:.*[\W_])?(?:currency|currencies|ccy|[^\W\d_]*w(?:ä|ae)hrung|devise|moneda|divisa|moeda"
    r"|valuta|waluta)(?: code)?(?:\s*[:=,]\s*|\s+(?=[A-Z]{3}$))(?P<value>[^,;]{1,30})",
    re.I,
)
"""``Currency: USD``, ``Account currency,USD``, ``Währung EUR``."""
_AMOUNTS = re.compile(
    r"\W*(?:[^\W\d_]+\s){0,2}(?:amounts?|figures|values|numbers|costs?|spend|prices|betr(?:ä|ae)ge"
    r"|werte|angaben|zahlen|kosten|montants|valeurs|chiffres|importes?|valores|cifras|importi"
    r"|valori|bedragen|kwoty)\b[^:]{0,30}?(?:\b(?:in|en|em|w)\s+|[(:]\s*)(?P<value>.{1,40})",
    re.I,
)
"""``All amounts in thousands of USD``, ``Beträge (TEUR)``."""
_BARE = re.compile(r"\W*(?:in|en|em|w)\s+(?P<value>.{1,30})", re.I)
"""``(in EUR)``."""
_TITLE = re.compile(r".*(?:[(\[](?:in )?|\bin )(?P<value>[^()\[\]]{1,20})[)\]]?\W*")
"""``Marketing 2026 (k€)``: a title, whose brackets hold many other things."""


def with_lines_above(
    header: str, above: Sequence[str], company: Company, has_currency: bool
) -> str:
    """Return the header of a column of amounts with what the lines above the table add to it.

    above: the lines. has_currency: each row names its own, or the settings do.
    """
    found = list(_statements(above, company))
    if header_unit(header) is None:
        units = [text for text in found if header_unit(text)]
        header += "".join(f" ({text})" for text in units[:1])
    if header_currency(header, company) is None and not has_currency:
        named = {_named(text, company): text for text in reversed(found)}
        header += "".join(f" ({text})" for code, text in reversed(named.items()) if code)
    return header


def unapplied_notes(
    column: AmountColumn,
    above: Sequence[str],
    company: Company,
    has_currency: bool,
    is_scaled: bool,
) -> list[Note]:
    """Return the doubt on amounts of a query whose tables have such lines: it may have used them.

    above: the lines. has_currency, is_scaled: the rows or the settings name what they would.
    """
    text = with_lines_above("", above, company, has_currency)
    unit = None if is_scaled else header_unit(text)
    named = None if has_currency else header_currency(text, company)
    code = named[0] if named else company.currency
    if unit is None and code == company.currency:
        return []
    lines = [f'constants = {{ currency = "{code}" }}'] if code != company.currency else []
    lines += [f"scale = {{ {column.name} = {unit[1]} }}"] if unit else []
    what = f"come from a table with{text} above its header, which a query does not apply"
    remedy = f"Set {' and '.join(lines)} under [tables.{column.table}], or what the query makes "
    remedy += "of them."
    return column.note(column.cells.codes >= 0, what, remedy, is_doubt=True)


def _statements(above: Sequence[str], company: Company) -> Iterator[str]:
    """What the lines say of amounts, in words that a header may have in brackets."""
    for line in above:
        if match := _CURRENCY.fullmatch(line):
            value = match["value"].strip()
            code, is_sure = _named(value, company) or (value.upper(), False)
            if is_sure or code != value.upper():  # "All" is no currency here
                yield line if _is_sure(line, company) else value
        elif match := _AMOUNTS.fullmatch(line) or _BARE.fullmatch(line):
            value = f"in {match['value'].strip(' ()[]')}"
            if header_unit(value) or _is_sure(value, company):
                yield value
        elif match := _TITLE.fullmatch(line):
            _, is_sure = header_currency(f"Amount {match['value']}", company) or ("", False)
            if is_sure:  # not of words in brackets, such as "(ALL)"
                yield match["value"].strip()


def _named(text: str, company: Company) -> tuple[str, bool] | None:
    return header_currency(f"Amount ({text})", company)


def _is_sure(text: str, company: Company) -> bool:
    found = _named(text, company)
    return found is not None and found[1]
