"""How much the KPI of a campaign depends on the attribution model: its range, and in words."""

from collections.abc import Sequence

import pandas as pd

from kpis.catalogue import Kpi
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.display import shown
from kpis.scorecard.scorecard import compared
from kpis.scorecard.sensitivity import ranges, sensitivity, sentence
from pages.parts.frame.answers import asked
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Selection


def ranges_by_campaign(chosen: Selection, kpi: Kpi, groups: list[str]) -> pd.DataFrame:
    """The range of the KPI over the attribution models for these campaign ids, in their order.

    The columns of kpis.scorecard.sensitivity.ranges, and ``text``: the range in words, with who
    says so.
    """
    current, _ = compared(chosen.period, chosen.as_of, chosen.manifest.company)
    frame = asked(chosen, sensitivity, (current,), "campaign", dict(chosen.where))
    found = ranges(frame, kpi.key).set_index("group").reindex(list(groups)).reset_index()
    return found.assign(
        text=[_attribution_text(row, kpi, chosen.currency) for _, row in found.iterrows()]
    )


def sentence_on(found: pd.DataFrame, kpi: Kpi, chosen: Selection) -> str:
    """Which of these campaigns depends most on the model, and which hardly; as plain text."""
    return sentence(found, kpi, campaign_labels(chosen.snapshot), chosen.currency)


def _attribution_text(row: pd.Series, kpi: Kpi, currency: str) -> str:
    """Such as: ``41% (Time decay) to 876% (First touch)``."""
    low, high = (shown(kpi, float(row[end]), currency) for end in ("low", "high"))
    if low == high:
        text = f"{low} under every model"
    else:
        text = f"{low} ({_names(row['low_models'])}) to {high} ({_names(row['high_models'])})"
    if not row["undefined_models"]:
        return text
    if low == high:
        text = low
    return f"{text}; undefined under {_names(row['undefined_models'])}: {row['reason']}"


def _names(models: Sequence[AttributionModel]) -> str:
    return ", ".join(ATTRIBUTION_MODELS[model] for model in models)
