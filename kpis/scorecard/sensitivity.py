"""How much the KPIs depend on the attribution model: the same question under each of them.

Credit only moves between campaigns, and so between channels. What is neither filtered nor grouped
by them is the same under every model; what is has a range. A range that does not change the
decision makes the choice of the model unimportant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE, Kpi, kpi_named
from kpis.definitions import ATTRIBUTION_MODELS, Definitions
from kpis.display import shown
from kpis.model import NONE, Where
from kpis.scorecard.costs import ATTRIBUTED, with_costs
from kpis.scorecard.formulas import Sums
from kpis.scorecard.scorecard import kpi_values, undefined_measures
from kpis.scorecard.selection import Facts, Window, as_windows, filtered_by
from kpis.scorecard.sums import sums_by_model
from kpis.scorecard.undefined import NO_CREDIT

HARDLY = 0.1
"""A range of at most this share of the agreed value hardly depends on the model. Return on
investment is 0 where the money has just come back, so its range is a share of what came back."""

_ROUNDING = 1e-9
_RATIOS_OF_THE_PERIOD = [k for k, kpi in CATALOGUE.items() if not kpi.additive and k != "clv"]


def moves_credit(by: str | None, where: Where | None) -> bool:
    """Whether attribution has a say in such groups and selection at all."""
    return not {by, *filtered_by(where)}.isdisjoint(ATTRIBUTED)


def sensitivity(
    facts: Facts,
    windows: Sequence[Window | Period],
    by: str | None = None,
    where: Where | None = None,
) -> pd.DataFrame:
    """Return the KPIs of each window and group under each attribution model.

    facts: those of every model. windows, by, where: see kpis.scorecard.scorecard, whose values
        these are.

    One row per model, window and group, with the columns

    - model, is_agreed (whether it is that of the definitions)
    - window (position in ``windows``), start, end (days), group (a value of ``by``, or "")
    - one per KPI of the catalogue: NaN where undefined
    - reasons: dict of KPI → why it is undefined

    A group that has credit in the window under any model has a row under every one. Where it has
    none, its counts and amounts are 0, and its ratios are undefined because of NO_CREDIT; but for
    its lifetime value, which looks back to what was credited to it before.
    Raises UsageError for a dimension that does not exist.
    """
    asked, where = as_windows(windows, facts), filtered_by(where)
    # Shared costs are split by the credit of everybody, which no model changes.
    question = (facts, asked, by, where)
    own = {m: with_costs(sums, *question) for m, sums in sums_by_model(*question).items()}
    has_any = np.any([sums.seen for sums in own.values()], axis=0)
    missing = undefined_measures(facts, by, where)
    rows = []
    for model, sums in own.items():
        agreed = {"model": model, "is_agreed": model == facts.definitions.attribution}
        credited = {(window, group) for window, group, _ in sums.rows()}
        for window, group, found in replace(sums, seen=has_any).rows():
            period = asked[window].period
            known = {"window": window, "start": period.start, "end": period.end, "group": group}
            values = _values(found, missing, facts.definitions, (window, group) in credited)
            rows.append(agreed | known | values)
    columns = ["model", "is_agreed", "window", "start", "end", "group", *CATALOGUE, "reasons"]
    return pd.DataFrame(rows, columns=columns)


def _values(
    sums: Sums, missing: Mapping[str, str], definitions: Definitions, has_credit: bool
) -> dict[str, Any]:
    """The KPIs of some sums, and why they are undefined: for want of credit, too."""
    values, reasons = kpi_values(sums, missing, definitions)
    for key in () if has_credit else _RATIOS_OF_THE_PERIOD:
        if reasons.get(key) not in missing.values():
            values[key], reasons[key] = float("nan"), NO_CREDIT
    return {**values, "reasons": reasons}


def ranges(frame: pd.DataFrame, kpi_key: str) -> pd.DataFrame:
    """Return the range of a KPI over the attribution models, per window and group.

    frame: as returned by sensitivity. One row per window and group, with the columns

    - window, group
    - agreed: the value under the agreed model; NaN where undefined or not asked for
    - low, high: the smallest and the largest value under any model; NaN where all are undefined
    - low_models, high_models: tuples of the models that give it, in the order of the definitions
    - spread: high − low, in the KPI's unit; exactly 0 where the models differ by rounding only
    - undefined_models: tuple of the models under which it is undefined
    - reason: why it is, under the first of them; "" where it is defined under all

    Raises UsageError for a KPI that does not exist.
    """
    key = kpi_named(kpi_key).key
    order = {model: place for place, model in enumerate(ATTRIBUTION_MODELS)}
    rows = []
    for (window, group), of_group in frame.groupby(["window", "group"]):
        models = of_group.sort_values("model", key=lambda names: names.map(order))
        rows.append({"window": window, "group": group} | _range(models, key))
    columns = ["window", "group", "agreed", "low", "low_models", "high", "high_models", "spread"]
    return pd.DataFrame(rows, columns=[*columns, "undefined_models", "reason"])


def _range(models: pd.DataFrame, key: str) -> dict[str, Any]:
    """The range of one window and group; models: its rows, in the order of the definitions."""
    values = dict(zip(models["model"], models[key].astype(float), strict=True))
    defined = {model: value for model, value in values.items() if not pd.isna(value)}
    without = tuple(model for model in values if model not in defined)
    low, high = (end(defined.values(), default=float("nan")) for end in (min, max))
    slack = _ROUNDING * max(1.0, abs(low), abs(high)) if defined else 0.0
    reasons = dict(zip(models["model"], models["reasons"], strict=True))
    agreed = models.loc[models["is_agreed"].astype(bool), "model"]
    return {
        "agreed": values[agreed.iloc[0]] if len(agreed) else float("nan"),
        "low": low,
        "low_models": tuple(m for m, value in defined.items() if value - low <= slack),
        "high": high,
        "high_models": tuple(m for m, value in defined.items() if high - value <= slack),
        "spread": high - low if not high - low <= slack else 0.0,
        "undefined_models": without,
        "reason": reasons[without[0]][key] if without else "",
    }


def sentence(found: pd.DataFrame, kpi: Kpi, labels: Mapping[str, str], currency: str) -> str:
    """Return which group depends most on the attribution model, and one that hardly does.

    found: ranges of one window, the more important groups first. labels: names of groups for
    people; put in as they are. Such as: "The ROI of Spring Webinar is between −20% and 140%, by
    attribution model; that of Search Trial hardly depends on it." Empty without any value.
    """
    # What has no campaign has none under any model.
    defined = found[found["group"] != NONE].dropna(subset=["low"]).to_dict("records")
    if not defined:
        return ""
    name = kpi.short[0].lower() + kpi.short[1:] if kpi.short[1].islower() else kpi.short
    is_, depends, that = ("is", "depends", "that")
    if kpi.unit == "count":
        is_, depends, that = ("are", "depend", "those")
    widest = max(defined, key=lambda row: row["spread"])
    most = labels.get(widest["group"], widest["group"])
    low, high = (shown(kpi, widest[end], currency) for end in ("low", "high"))
    if low == high:
        whose = "here" if len(defined) > 1 else f"of {most}"
        return f"The {name} {whose} hardly {depends} on the attribution model."
    text = f"The {name} of {most} {is_} between {low} and {high}, by attribution model"
    robust = next((row["group"] for row in defined if _hardly_depends(row, kpi)), None)
    if robust is None or robust == widest["group"]:
        return f"{text}."
    return f"{text}; {that} of {labels.get(robust, robust)} hardly {depends} on it."


def _hardly_depends(row: Mapping[Any, Any], kpi: Kpi) -> bool:
    if row["undefined_models"] or pd.isna(row["agreed"]):
        return False
    size = abs(row["agreed"] + 1.0 if kpi.unit == "return" else row["agreed"])
    return bool(size > 0 and row["spread"] <= HARDLY * size)
