"""Amounts that are the price of one: ``Price`` beside ``Quantity``, ``CPC`` beside ``Clicks``."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import UnmappedColumns, counted

_PER = r"(?:per|pro|je|par|por|por cada|al|à)"
_COST = r"(?:cost|price|rate|fee|kosten|preis|coste?|costo|prix|precio|prezzo|custo|preço)"
_ONE = r"(?:unit|item|piece|pc|pcs|stück|stk|einheit|unité|pièce|unidad|pieza|unità|unidade)"
_PRICE = (
    r"(?:(?:unit|single|item|sales?|list|purchase|net|gross) )*price(?: (?:net|gross|each))?"
    r"|(?:netto|brutto|verkaufs|einkaufs|listen)?(?:einzel|stück|einheits)?preis"
    rf"(?: (?:netto|brutto))?|(?:unit|item) cost|{_COST} (?:{_PER} )?{_ONE}|stückkosten"
    r"|prix(?: unitaire)?(?: (?:ht|ttc))?|(?:precio|prezzo)(?: unitario)?|preço(?: unitário)?"
    r"|(?:stuk|stuks|eenheids)?prijs|cena(?: jednostkowa)?|(?:styck|à) ?pris"
)
_QUANTITY = (
    r"(?:(?:order(?:ed)?|sold|total) )?(?:quantity|qty|units?|pieces|pcs|items)"
    r"(?: (?:ordered|sold))?"
    r"|(?:number|no) of (?:units|items|pieces)|(?:bestell|liefer)?menge|anzahl|stückzahl|stück|stk"
    r"|quantités?|qté|cantidad|unidades|quantità|qtà|quantidade|qtd|aantal|stuks|ilość|antal"
)
_TIMES = "{amount} * {other}"
_IN_MONEY = r"(?: (?:in )?(?:eur|euro|usd|gbp|chf))?"


def _per(code: str, what: str) -> str:
    """Headers of what one click or lead cost: ``CPC``, ``Avg. CPC (EUR)``, ``Cost per click``."""
    average = r"(?:(?:avg|average|mean|max|ø|durchschnittliche?r?) )?"
    return rf"{average}(?:{code}|{_COST} {_PER} (?:{what}))(?: (?:all|alle))?"


_KINDS = tuple(
    (re.compile(f"(?:{price}){_IN_MONEY}"), re.compile(times), formula)
    for price, times, formula in (
        (_PRICE, _QUANTITY, _TIMES),
        (
            _per("cpc", "(?:link )?(?:click|klick|clic)"),
            r"(?:link )?(?:clicks|klicks|clics)",
            _TIMES,
        ),
        (_per("cpl", "lead"), r"leads", _TIMES),
        (
            _per("cpa|cpr", "action|acquisition|conversion|conv|result|ergebnis|aktion"),
            r"actions|acquisitions|conversions|conv|results|ergebnisse|aktionen|konversionen",
            _TIMES,
        ),
        (_per("cpv", "view"), r"(?:video )?views", _TIMES),
        (_per("cpi", "install"), r"(?:app )?installs", _TIMES),
        (
            _per("cpm|tkp", r"mille|thousand|1 ?000(?: impressions)?|tausend"),
            r"impressions?|impr|impressionen",
            f"{_TIMES} / 1000",
        ),
        (
            rf"(?:hourly|hour) rate|stundensatz|{_COST} {_PER} (?:hour|stunde)",
            r"hours|(?:arbeits)?stunden|std",
            _TIMES,
        ),
        (
            rf"(?:daily|day) rate|tagessatz|{_COST} {_PER} (?:day|tag)",
            r"days|(?:personen|arbeits)?tage|pt",
            _TIMES,
        ),
        (
            rf"{_COST} {_PER} (?:seat|user|licen[cs]e|lizenz|nutzer)",
            r"seats|users|licen[cs]es|lizenzen|nutzer",
            _TIMES,
        ),
    )
)
_MULTIPLIES = re.compile(r"[\w\")]\s*\*\s*[\w\"(]")
_LIKE = 1e-3
"""How far a total in a column of its own may be from price times quantity, as it is rounded."""


def price_notes(columns: UnmappedColumns, rows: pa.Table) -> list[Note]:
    """Return a doubt where amounts are a price of one by their header, and a column says how many.

    rows: those loaded; of deals, the won ones. None where every quantity is 1, where a column holds
    what one cost, so that the amounts are for all, or where a query multiplies already.
    """
    words = header_words(columns.called.get("amount", ""))
    query = columns.settings.query or ""
    if columns.table not in ("costs", "payments", "deals") or _MULTIPLIES.search(query):
        return []
    for price, quantity, formula in _KINDS:
        if not price.fullmatch(words):
            continue
        for at, header in columns.headed(quantity):
            times = columns.amounts(at)
            is_number = bool(np.isfinite(times[columns.cells(at).codes >= 0]).all())
            found = counted(columns.table, rows) & np.isfinite(times) & (times != 1)
            if is_number and found.any() and not _are_of_all(columns, at, found, times):
                line = columns.amount_with(at, formula, blank=1)
                return [_note(columns, rows, header, np.flatnonzero(found), times, line)]
    return []


def _are_of_all(
    columns: UnmappedColumns, of: int, found: npt.NDArray[np.bool_], times: npt.NDArray[np.float64]
) -> bool:
    """Whether another column holds what one cost: times the quantity it is the amount."""
    header = columns.called["amount"]
    paid = columns.amounts([*map(str, columns.raw.frame.columns)].index(header))[found]
    others = (columns.amounts(at)[found] for at in columns.headers if at != of)
    return any(
        bool((np.abs(one * times[found] - paid) <= _LIKE * np.abs(paid)).all()) for one in others
    )


def _note(
    columns: UnmappedColumns,
    rows: pa.Table,
    header: str,
    found: npt.NDArray[np.intp],
    times: npt.NDArray[np.float64],
    line: str,
) -> Note:
    paid = rows["amount"].take(found[:EXAMPLES]).to_pylist()
    shown = zip(found[:EXAMPLES].tolist(), paid, strict=True)
    count = "counts" if len(found) == 1 else "count"
    return Note(
        table=columns.table,
        column="",
        rows=len(found),
        what=f"have a price of one in '{columns.called['amount']}', and {count} once, whatever "
        f"'{header}' says, which is not mapped{sums(rows.take(found).to_pandas())}",
        examples=tuple(
            f"row {columns.numbers[row]}: {times[row]:g} at {amount:,.2f}" for row, amount in shown
        ),
        remedy=f"If the amount is of one, multiply: {line}.",
        is_doubt=True,
    )
