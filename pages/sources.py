"""Sources: what was read of each table, what it holds, how old it is, and what was rejected."""

import streamlit as st

from connectors.snapshots.sources_read import SourcesRead
from pages.parts.frame.freshness import draw_freshness
from pages.parts.frame.selection import selection
from pages.parts.sources.holdings import draw_blanks, draw_deals, draw_joins
from pages.parts.sources.rejects import draw_rejects
from pages.parts.sources.remarks import draw_errors, draw_remarks
from pages.parts.sources.tables import draw_tables

HEIGHT, LOWER_HEIGHT = 484, 408

chosen = selection()
read = SourcesRead.of(chosen.manifest)
# No period or campaign matters here. The filters stay alive, unseen: else the page that somebody
# goes back to would have lost them.
st.html("<style>.st-key-filters { display: none }</style>")
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.header("Sources", anchor=False, width="content")
    st.caption("all rows read; filters of other pages do not apply", width="stretch")
    draw_freshness(chosen.snapshot)

draw_errors(read)
left, right = st.columns([7, 5], gap="small")
with left.container(border=True, height=HEIGHT):
    draw_tables(read)
with right.container(border=True, height=HEIGHT):
    draw_deals(read)
    draw_joins(read)
left, middle, right = st.columns([4, 3, 5], gap="small")
with left.container(border=True, height=LOWER_HEIGHT, key="source-remarks"):
    draw_remarks(read)
with middle.container(border=True, height=LOWER_HEIGHT):
    draw_blanks(read)
with right.container(border=True, height=LOWER_HEIGHT):
    draw_rejects(chosen.snapshot)
