"""What the check says of targets and alerts: their days, lines in percent, unknown campaigns."""

import re
from collections.abc import Mapping
from datetime import date

import pyarrow.compute as pc

from connectors.mapping.mapping import MappedTable
from connectors.settings.settings import Settings
from kpis.calendar import fiscal_period
from kpis.catalogue import CATALOGUE
from kpis.errors import nearest
from kpis.model import BESIDE_FIGURES, NONE

_IN_PERCENT = 20
"""A return of 20 is 2,000%: the line is plainly written in percent."""
_FISCAL = re.compile(r"\d{4}(?:-Q\d)?")


def fiscal_periods(settings: Settings, tables: Mapping[str, MappedTable], day: date) -> list[str]:
    """Return a line on each fiscal year or quarter that targets name, with its days.

    A calendar year needs no word.
    """
    company = settings.company
    periods = [target.period for target in settings.targets]
    named = dict.fromkeys([*periods, *_distinct(tables, "targets", "period")])
    lines = []
    for name in filter(_FISCAL.fullmatch, named if company.fiscal_year_starts > 1 else ()):
        period = fiscal_period(name, company)
        over = ", which is over" if period.end < day else ""
        lines.append(
            f"targets of {name} are for {period.start} to {period.end}{over}: a fiscal year is "
            f"named by the calendar year in which it {company.fiscal_year_named}s "
            "(fiscal_year_named under [company])"
        )
    return lines


def returns_in_percent(settings: Settings) -> list[str]:
    """Return a line on each target or alert of a return that seems to be written in percent."""
    return [
        f"{key} of {kpi}: {line:g} is {line:,.0%}; if {line:g}% is meant, write {line / 100:g}"
        for key, kpi, line in dict.fromkeys(settings.lines)
        if CATALOGUE[kpi].unit == "return" and line >= _IN_PERCENT
    ]


def unknown_campaigns(settings: Settings, tables: Mapping[str, MappedTable]) -> list[str]:
    """Return a line on each campaign that targets, alerts or annotations name and no row has.

    It may be a slip, or begin next month. ``(none)`` is what facts call no campaign.
    """
    known = {
        name
        for table in tables
        if table not in BESIDE_FIGURES
        for name in _distinct(tables, table, "campaign_id")
    }
    named = [("targets", target.campaign) for target in settings.targets]
    named += [("alerts", alert.campaign) for alert in settings.alerts]
    for table in BESIDE_FIGURES:
        named += [(table, name) for name in _distinct(tables, table, "campaign_id")]
    return [
        f"{key} name the campaign '{name}', and no row has it yet: they apply once one has. "
        f"{nearest(name, known)}"
        for key, name in dict.fromkeys(named)
        if name not in (None, NONE) and known and name not in known
    ]


def _distinct(tables: Mapping[str, MappedTable], table: str, column: str) -> list[str]:
    """The values of a column of text; none where the table is not mapped, or has no such column."""
    if table not in tables or column not in tables[table].frame.column_names:
        return []
    found = pc.unique(tables[table].frame[column]).to_pylist()
    return [str(value) for value in found if value is not None]
