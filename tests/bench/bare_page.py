"""The least that a Streamlit page takes: a filter, seven metrics with a line each, and a chart."""

import altair as alt
import pandas as pd
import streamlit as st

WEEKS = 13
st.set_page_config(layout="wide")
campaigns = [f"Campaign {n}" for n in range(50)]
chosen = st.multiselect("Campaign", campaigns, key="campaign", bind="query-params")
value = campaigns.index(chosen[0]) if chosen else len(campaigns)
for number, column in enumerate(st.columns(7)):
    line = [value + number + week for week in range(WEEKS)]
    column.metric(f"Figure {number}", value + number, 3, border=True, chart_data=line)
days = pd.date_range("2025-01-06", periods=WEEKS, freq="W")
weeks = pd.DataFrame({"week": days, "value": range(value, value + WEEKS)})
st.altair_chart(alt.Chart(weeks).mark_line().encode(x="week", y="value"))
