"""The distinct values of a column, read as its kind: times, amounts, choices, texts or goals."""

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from connectors.mapping.amounts.amount_column import Amounts, amounts
from connectors.mapping.cells import Cells, Parsed, texts_of
from connectors.mapping.choices import choices
from connectors.mapping.dates import dates
from connectors.mapping.dates.header_zones import ZoneOfTimes
from connectors.mapping.dates.numbers import refuse_from_1904
from connectors.mapping.dates.other_origin import SERIAL
from connectors.mapping.goals import goal_column
from connectors.mapping.texts import texts
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.errors import MappingError
from kpis.model import Column


def read_column(
    column: Column,
    cells: Cells,
    raw: RawTable,
    settings: TableSettings,
    zone: ZoneOfTimes,
    company_zone: str,
    where: str,
) -> Parsed:
    """Read what ``cells`` hold, by the part's settings; where: the column, for messages.

    zone: of times without one. Raises MappingError for settings that do not fit the column's kind,
    and for values that can be read two ways.
    """
    _check_fits(column, settings, where)
    match column.kind:
        case "time" | "day":
            return _times(column, cells, raw, settings, zone, company_zone, where)
        case "money" | "number":
            parsed = amounts(cells.values, kind=column.kind, decimal=settings.decimal, where=where)
            parsed = _scaled(parsed, settings.scale.get(column.name, 1.0))
            return _positive(parsed) if column.name == "rate" else parsed
        case "kpi" | "period" | "goal":
            return goal_column(column, cells.values, settings, where)
        case "choice":
            return choices(
                texts_of(cells.values), column, settings.values.get(column.name, {}), where
            )
        case "text":
            takes_first = column.name in settings.first_of
            names = settings.values.get(column.name, {})
            return texts(column, cells, names, takes_first, where)


def _times(
    column: Column,
    cells: Cells,
    raw: RawTable,
    settings: TableSettings,
    zone: ZoneOfTimes,
    company_zone: str,
    where: str,
) -> Parsed:
    date_format = settings.date_format_of(column.name)
    if raw.from_1904 and date_format == SERIAL:
        refuse_from_1904(cells.values, where)
    found = dates.moments(
        cells.values,
        serial_dates=raw.serial_dates,
        date_format=date_format,
        where=where,
        is_end=column.name in dates.ENDS,
        is_required=column.required,
    )
    read = dates.instants if column.kind == "time" else dates.days
    as_instants = column.name in settings.instants
    found.remarks.extend(zone.remarks(found, as_instants))
    return read(found, zone.name, company_zone, column.name, as_instants)


def _check_fits(column: Column, settings: TableSettings, where: str) -> None:
    names = settings.values.get(column.name, {})
    if names and column.kind not in ("text", "choice", "kpi"):
        raise MappingError(
            f"{where}: values can be renamed in columns of text only, and {column.name} is not. "
            f"Remove values.{column.name}."
        )
    if column.name in settings.scale and column.kind not in ("money", "number", "goal"):
        raise MappingError(
            f"{where}: only amounts and numbers have a scale, and {column.name} is neither. "
            f"Remove scale.{column.name}."
        )


def _scaled(found: Amounts, factor: float) -> Amounts:
    parts = round(1 / factor) if abs(factor) > 1e-15 else 0
    if abs(parts) > 1 and 1 / parts == factor:  # no float is a millionth, but a million is one
        return replace(found, values=pc.divide(found.values, float(parts)))
    if factor == 1:
        return found
    return replace(found, values=pc.add(pc.multiply(found.values, factor), 0.0))  # 0, never -0


def _positive(rates: Amounts) -> Amounts:
    wrong = np.flatnonzero(rates.values.to_numpy(zero_copy_only=False) <= 0).tolist()
    reasons = dict.fromkeys(wrong, "is no exchange rate: it must be more than 0")
    return replace(rates, reasons={**rates.reasons, **reasons})
