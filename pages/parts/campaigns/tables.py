"""Tables of KPIs: the same text as on the cards, sorted by the number behind it."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from connectors.snapshots.snapshots import Snapshot
from kpis.catalogue import Kpi
from kpis.definitions import Definitions
from kpis.display import UNDEFINED, change, formula_of, label_of, shown
from kpis.model import NONE
from pages.parts.frame.data import campaigns
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Selection
from pages.parts.frame.tables import BORDERS, ROW_HEIGHT


def labelled(frame: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """Add ``campaign`` and ``channel`` as people call them to a scorecard by campaign."""
    names = campaign_labels(snapshot)
    channels = campaigns(snapshot.folder)["channel"].dropna()
    ids = frame["group"]
    return frame.assign(
        campaign=[names.get(i) or label_of(i, "Campaign") for i in ids],
        channel=[label_of(str(channels.get(i, NONE)), "Channel") for i in ids],
    )


def ranked(frame: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    """A scorecard in the order of a KPI, best first, undefined last, names breaking ties."""
    order = frame.sort_values("campaign")
    return order.sort_values(
        kpi.key, ascending=kpi.better == "down", na_position="last", kind="stable"
    )


def draw_campaign_table(
    now: pd.DataFrame,
    before: pd.DataFrame,
    kpi: Kpi,
    columns: list[Kpi],
    chosen: Selection,
    height: int,
) -> None:
    """Draw campaigns in the order of ``kpi``, with its change, the other KPIs, and a download.

    now: labelled and ranked. before: the scorecard by campaign of the period to compare with.
    """
    if now.empty:
        st.info(
            "No campaign has any lead, cost or deal in this period. Choose other days or filters."
        )
        return
    kpis = [kpi, *(other for other in columns if other.key != kpi.key)]
    table = _table(now, before, kpi, kpis)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Campaigns by {kpi.label}**")
        draw_downloads(
            f"campaigns-{chosen.period.start}-{chosen.period.end}",
            table=table.drop(columns="Change"),
        )
    st.dataframe(
        table.style.format({k.short: _formatter(k, chosen.currency) for k in kpis}),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(height, ROW_HEIGHT * (len(table) + 1) + BORDERS),
        placeholder=UNDEFINED,
        column_config=_columns(kpis, chosen.manifest.definitions),
    )


def _columns(kpis: list[Kpi], definitions: Definitions) -> dict[str, Any]:
    return {
        "Campaign": st.column_config.TextColumn(width=262, pinned=True),
        "Channel": st.column_config.TextColumn(width=100),
        "Change": st.column_config.TextColumn(width=76, alignment="right"),
        **{
            k.short: st.column_config.NumberColumn(
                width=84, help=formula_of(k, definitions), alignment="right"
            )
            for k in kpis
        },
    }


def _table(now: pd.DataFrame, before: pd.DataFrame, kpi: Kpi, kpis: list[Kpi]) -> pd.DataFrame:
    earlier = before.set_index("group")[kpi.key].astype(float)
    changes = [
        change(kpi, float(value), float(earlier.get(group, float("nan"))))
        for group, value in zip(now["group"], now[kpi.key], strict=True)
    ]
    values = {k.short: now[k.key].astype(float).to_list() for k in kpis}
    return pd.DataFrame(
        {
            "Campaign": now["campaign"].to_list(),
            "Channel": now["channel"].to_list(),
            kpi.short: values[kpi.short],
            "Change": [c.text if c else UNDEFINED for c in changes],
            **values,
        }
    )


def _formatter(kpi: Kpi, currency: str) -> Callable[[Any], str]:
    return lambda value: shown(kpi, float(value), currency)
