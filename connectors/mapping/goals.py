"""The table of targets: which KPI, which period, and a value in the unit of that KPI."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from connectors.mapping.amounts.amount_column import Amounts, amounts
from connectors.mapping.amounts.currencies import currencies_of
from connectors.mapping.amounts.one_amount import Mark
from connectors.mapping.cells import Cells, Parsed, text_of, texts_of
from connectors.mapping.choices import Names, renamed
from connectors.settings.tables import TableSettings
from kpis.catalogue import CATALOGUE, Kpi
from kpis.definitions import PERIOD, Company, period_problem
from kpis.errors import MappingError, nearest
from kpis.model import Column

PERCENT = "%"
_IN_PERCENT = ("share", "return")
"""Units that are shown in percent."""
_NAMES = {
    name.casefold(): kpi.key
    for kpi in CATALOGUE.values()
    for name in (kpi.label, kpi.short, kpi.key)
}
"""What a KPI is called, without case → its key."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[ T].*)?")


@dataclass(frozen=True)
class Unfit:
    """A row whose goal does not fit its KPI."""

    row: int
    value: str
    reason: str


def goal_column(
    column: Column, values: "pd.Index[Any]", settings: TableSettings, where: str
) -> Parsed:
    """Return what the distinct values of a column of targets mean: KPIs, periods or goals.

    Raises MappingError where the settings rename a value to no KPI, or goals read two ways.
    """
    match column.kind:
        case "kpi":
            return _kpis(texts_of(values), settings.values.get(column.name, {}), where)
        case "period":
            return _periods(texts_of(values))
        case _:
            return _goals(values, settings.decimal, settings.scale.get(column.name, 1.0), where)


def unfit_goals(
    kpis: "pa.Array[Any]", cells: Cells, goals: Amounts, company: Company
) -> Iterator[Unfit]:
    """Yield the rows whose goal is none of their KPI's, such as a percentage of leads.

    kpis: the KPI of each row. goals: what the distinct values of ``cells`` read as.
    """
    read = goals.values.to_pylist()
    for row, (key, code) in enumerate(zip(kpis.to_pylist(), cells.codes.tolist(), strict=True)):
        if key is not None and code >= 0 and read[code] is not None:
            reason = _misfit(CATALOGUE[key], read[code], goals.marks.get(code, ""), company)
            if reason:
                yield Unfit(row, text_of(cells.values[code]), reason)


def _misfit(kpi: Kpi, value: float, mark: str, company: Company) -> str:
    """Why a value is no goal of a KPI, empty where it is one. mark: % or the currency beside it."""
    if mark == PERCENT and kpi.unit not in _IN_PERCENT:
        return f"is a percentage: write the goal of {kpi.short} as a number"
    if mark not in ("", PERCENT) and kpi.unit != "money":
        return f"names a currency: write the goal of {kpi.short} as a plain number"
    if mark not in ("", PERCENT) and company.currency not in currencies_of(mark):
        return f"is in another currency than the company's: write it in {company.currency}"
    if kpi.unit == "share" and not 0 <= value <= 1:
        return f"is not from 0 to 1: {kpi.short} is a share, such as 0.042 or 4.2%"
    return ""


def _kpis(texts: Sequence[str], names: Names, where: str) -> Parsed:
    for key in names:
        if key not in CATALOGUE:
            raise MappingError(
                f"{where}: the settings map values to '{key}', which is no KPI. "
                f"{nearest(key, CATALOGUE)} Correct values.kpi."
            )
    found = [_NAMES.get(text.casefold()) for text in renamed(texts, "kpi", names, where)]
    reasons = {at: _unknown(texts[at]) for at, key in enumerate(found) if key is None}
    return Parsed(pa.array(found, pa.string()), reasons)


def _unknown(text: str) -> str:
    close = nearest(text, _NAMES)
    return f"is no KPI. {close if close.startswith('Did') else nearest(text, CATALOGUE)}"


def _periods(texts: Sequence[str]) -> Parsed:
    found: list[str | None] = []
    reasons: dict[int, str] = {}
    for at, text in enumerate(texts):
        period = text.upper() if text[:1].isdigit() else text.casefold()
        reason = f"is {problem}" if (problem := _problem(period)) else ""
        found.append(None if reason else period)
        if reason:
            reasons[at] = reason
    return Parsed(pa.array(found, pa.string()), reasons)


def _problem(period: str) -> str:
    if re.fullmatch(PERIOD, period, re.ASCII):
        return period_problem(period)
    forms = "write month, quarter or year for every one, or one by name: 2026-11, 2026-Q4, 2026"
    if _DAY.fullmatch(period):
        return f"a day, as spreadsheets make of 2026-11: format the cells as text, and {forms}"
    return f"no period: {forms}"


def _goals(values: "pd.Index[Any]", decimal: Mark | None, scale: float, where: str) -> Amounts:
    """Goals as floats, those in percent as shares; ``marks`` holds % or the currency beside one."""
    texts = [value if isinstance(value, str) else "" for value in values]
    percent = [at for at, text in enumerate(texts) if text.count(PERCENT) == 1]
    plain = values
    if percent:
        held = values.tolist()
        for at in percent:
            held[at] = texts[at].replace(PERCENT, "").strip()
        plain = pd.Index(held, dtype=object)
    found = amounts(plain, kind="money", decimal=decimal, where=where)
    parts = np.full(len(values), 1.0)
    parts[percent] = 100.0
    goals = found.values.to_numpy(zero_copy_only=False) / parts * scale
    marks = {**found.marks, **dict.fromkeys(percent, PERCENT)}
    return replace(found, values=pa.array(goals, pa.float64(), from_pandas=True), marks=marks)
