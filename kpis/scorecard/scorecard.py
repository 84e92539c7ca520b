"""Facts + periods + filter → KPIs, by the formulas of kpis.scorecard.formulas."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from kpis.calendar import Period, previous
from kpis.catalogue import CATALOGUE
from kpis.coverage import COST_MEASURES, missing_measures
from kpis.definitions import Company, Definitions
from kpis.model import Where
from kpis.scorecard.costs import costs_undefined, with_costs
from kpis.scorecard.formulas import Sums, converted_leads, kpi_value, lifetime_basis
from kpis.scorecard.notes import notes_on
from kpis.scorecard.selection import Facts, Window, as_windows, filter_key, filtered_by
from kpis.scorecard.sums import is_immature, measure_sums, median_cycles
from kpis.scorecard.undefined import Undefined


def undefined_measures(facts: Facts, by: str | None, where: Where) -> dict[str, str]:
    """The measures that are undefined for such groups and selection, each with the reason."""
    why_no_costs = costs_undefined(facts, by, where)
    costs = dict.fromkeys(COST_MEASURES, why_no_costs) if why_no_costs else {}
    predicted = {"predicted_margin": facts.not_predicted} if facts.not_predicted else {}
    return costs | predicted | missing_measures(facts.mapped, facts.definitions)


_MEASURES: dict[str, tuple[str, Callable[[Sums, Definitions], float]]] = {
    "converted_leads": ("converted_leads", converted_leads),
    "marketing_cost": (
        "marketing_cost",
        lambda s, d: s["marketing_cost"] + s["shared_marketing_cost"],
    ),
    "sales_cost": ("sales_cost", lambda s, d: s["sales_cost"] + s["shared_sales_cost"]),
    "median_cycle_days": ("cycles", lambda s, d: s["median_cycle_days"]),
}
"""Measures shown beside the KPIs: what they need, and how they are read from the sums."""

_ASKED = ("window", "start", "end", "group")
COLUMNS = (*CATALOGUE, *_MEASURES)
"""The numeric columns of a scorecard."""


def scorecard(
    facts: Facts,
    windows: Sequence[Window | Period],
    by: str | None = None,
    where: Where | None = None,
) -> pd.DataFrame:
    """Return the KPIs of each window and group.

    windows: periods; a Window also says up to which day conversions of its leads count (default:
        ``facts.as_of``). by: a dimension to group by. where: the selection.

    One row per window and group (without ``by``: one per window), with the columns

    - window (position in ``windows``), start, end (days), group (a value of ``by``, or "")
    - one per KPI of the catalogue and per measure of ``COLUMNS``: NaN where undefined
    - immature: whether leads of the window are younger than the usual cycle (kpis.scorecard.sums)
    - reasons: dict of column → why it is undefined
    - notes: dict of KPI → what to know about its value, such as "capped at 60 months"

    Raises UsageError for a dimension that does not exist.
    """
    columns = [*_ASKED, *COLUMNS, "immature", "reasons", "notes"]
    return pd.DataFrame(scorecard_rows(facts, windows, by, where), columns=columns)


def scorecard_rows(
    facts: Facts,
    windows: Sequence[Window | Period],
    by: str | None = None,
    where: Where | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of :func:`scorecard`. Do not change them: later questions get the same ones.

    Those of groups are many, and made anew.
    """
    asked, where = tuple(as_windows(windows, facts)), filtered_by(where)
    if by is not None:
        return _rows(facts, asked, by, where)
    key = ("scorecard", asked, filter_key(where))
    return facts.kept(key, lambda: _rows(facts, asked, None, where))


def _rows(
    facts: Facts, asked: Sequence[Window], by: str | None, where: Where
) -> list[dict[str, Any]]:
    missing = undefined_measures(facts, by, where)
    sums = with_costs(measure_sums(facts, asked, by, where), facts, asked, by, where)
    medians = median_cycles(facts, asked, by, where)
    rows = []
    for number, group, measured in sums.rows():
        window = asked[number]
        measured["median_cycle_days"] = medians.get((number, group), float("nan"))
        immature = facts.definitions.conversion == "cohort" and is_immature(window, facts)
        asked_for = (number, window.period.start, window.period.end, group)
        known = dict(zip(_ASKED, asked_for, strict=True)) | {"immature": immature}
        rows.append(known | _card(measured, missing, facts.definitions, immature))
    return rows


def compared(period: Period, as_of: date, company: Company) -> tuple[Window, Window]:
    """A period and the one to compare it with, cohorts at equal age.

    The earlier one is cut like for like (see kpis.calendar.previous), and conversions of its
    leads count only up to as many days after its start as the period has had by ``as_of``.
    """
    before = previous(period, as_of, company)
    age = max(as_of - period.start, timedelta(0))
    return Window(period, as_of), Window(before, min(before.start + age, as_of))


def kpi_values(
    sums: Mapping[str, float], missing: Mapping[str, str], definitions: Definitions
) -> tuple[dict[str, float], dict[str, str]]:
    """Every KPI of these sums, NaN where undefined, and why those are."""
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for key in CATALOGUE:
        value = kpi_value(key, sums, missing, definitions)
        if isinstance(value, Undefined):
            reasons[key] = value.reason
        values[key] = float("nan") if isinstance(value, Undefined) else float(value)
    return values, reasons


def _card(
    sums: Mapping[str, float], missing: Mapping[str, str], definitions: Definitions, immature: bool
) -> dict[str, object]:
    known, reasons = kpi_values(sums, missing, definitions)
    values: dict[str, object] = dict(known)
    for name, (need, read) in _MEASURES.items():
        values[name] = float("nan") if need in missing else read(sums, definitions)
        if need in missing:
            reasons[name] = missing[need]
    notes = notes_on(sums, definitions, lifetime_basis(missing, definitions), immature)
    values["notes"] = {key: note for key, note in notes.items() if key not in reasons}
    return values | {"reasons": reasons}
