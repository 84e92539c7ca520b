"""What the styles of a workbook tell of its cells: currencies, units, percentages, strokes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS

from connectors.sources.format_units import factor_shown, with_units_noted
from connectors.sources.header import Wanted
from connectors.sources.number_formats import (
    currency_shown,
    is_percent,
    with_shown_currencies,
    with_shown_percentages,
)
from connectors.sources.raw import RawTable
from connectors.sources.struck_rows import struck_styles, with_struck_noted


@dataclass(frozen=True)
class Styles:
    """What the styles of a workbook may tell of cells; struck: those that strike text through."""

    shows_currency: bool
    shows_unit: bool
    shows_percent: bool
    struck: frozenset[int]

    @classmethod
    def of(cls, workbook: Any) -> "Styles":
        """Return what an openpyxl workbook has among its styles, whether cells use it or not."""
        formats = workbook._number_formats
        return cls(
            any(map(currency_shown, formats)),
            any(map(factor_shown, formats)),
            any(map(is_percent, formats)) or _has_percent_style(workbook._cell_styles),
            struck_styles(workbook._fonts, workbook._cell_styles),
        )

    @property
    def tell_of_cells(self) -> bool:
        """Whether cells must be read with their styles, which takes longer."""
        tells = self.shows_currency or self.shows_unit or self.shows_percent
        return tells or bool(self.struck)


def _has_percent_style(styles: Iterable[Any]) -> bool:
    """Whether a style has a number format of percentages that every workbook has."""
    return any(is_percent(BUILTIN_FORMATS.get(style.numFmtId, "")) for style in styles)


def with_styles_named(
    table: RawTable, styles: Styles, typed: Sequence[Sequence[Any]], wanted: Wanted
) -> RawTable:
    """Return ``table`` with what the styles of its cells, ``typed``, tell of them."""
    if styles.struck:
        table = with_struck_noted(
            table, lambda row, at: _is_of(styles.struck, typed[row], at), wanted.is_for_query
        )
    if styles.shows_unit:
        table = with_units_noted(table, lambda row, at: _format(typed[row], at))
    if styles.shows_percent:
        table = with_shown_percentages(
            table, wanted, lambda row, at: is_percent(_format(typed[row], at))
        )
    if styles.shows_currency:
        table = with_shown_currencies(table, wanted, lambda row, at: _mark(typed[row], at))
    return table


def _mark(row: Sequence[Any], at: int) -> str:
    """The currency with which a workbook shows a cell of a row, "" for none."""
    return currency_shown(_format(row, at))


def _format(row: Sequence[Any], at: int) -> str:
    """The number format of a cell of a row, "" for none."""
    is_held = at < len(row) and row[at].value is not None
    return str(row[at].number_format) if is_held else ""


def _is_of(styles: frozenset[int], row: Sequence[Any], at: int) -> bool:
    """Whether a cell of a row has one of the styles; a blank one below a merged cell has none."""
    return at < len(row) and getattr(row[at], "_style_id", 0) in styles
