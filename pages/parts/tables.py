"""Tables of KPIs: the same text as on the cards, sorted by the number behind it."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from connectors.snapshots import Snapshot
from kpis.catalogue import Kpi
from kpis.display import UNDEFINED, change, shown
from kpis.model import NONE
from pages.parts.data import campaigns
from pages.parts.filters import campaign_labels, label_of

ROW_HEIGHT = 35
BORDERS = 3


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
    currency: str,
    height: int,
) -> None:
    """Draw campaigns in the order of ``kpi``, with its change, and the other KPIs beside it."""
    earlier = before.set_index("group")[kpi.key].astype(float)
    changes = [
        change(kpi, float(value), float(earlier.get(group, float("nan"))))
        for group, value in zip(now["group"], now[kpi.key], strict=True)
    ]
    shown_kpis = [kpi, *(other for other in columns if other.key != kpi.key)]
    table = pd.DataFrame(
        {
            "Campaign": now["campaign"].to_list(),
            "Channel": now["channel"].to_list(),
            kpi.short: now[kpi.key].astype(float).to_list(),
            "Change": [c.text if c else UNDEFINED for c in changes],
            **{k.short: now[k.key].astype(float).to_list() for k in shown_kpis[1:]},
        }
    )
    formats = {k.short: _formatter(k, currency) for k in shown_kpis}
    st.dataframe(
        table.style.format(formats),
        hide_index=True,
        height=min(height, ROW_HEIGHT * (len(table) + 1) + BORDERS),
        placeholder=UNDEFINED,
        column_config={
            "Campaign": st.column_config.TextColumn(width=262, pinned=True),
            "Channel": st.column_config.TextColumn(width=100),
            "Change": st.column_config.TextColumn(width=76, alignment="right"),
            **{k.short: _number_column(k) for k in shown_kpis},
        },
    )


def _number_column(kpi: Kpi) -> object:
    return st.column_config.NumberColumn(width=84, help=kpi.formula, alignment="right")


def _formatter(kpi: Kpi, currency: str) -> Callable[[float], str]:
    return lambda value: shown(kpi, float(value), currency)
