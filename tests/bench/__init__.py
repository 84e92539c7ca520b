"""Measures how fast the dashboard is, beside what the same costs without it; `make bench` runs it.

data makes a company of any size; measured holds medians and what they must be; report writes
docs/performance.md. References, each checked to return the same numbers: raw_facts (facts by SQL),
pandas_reference (nine questions), bare_page (what any Streamlit page takes). The parts, each a
section of the report: questions, server_cpu, refreshes, clicks, first_page, viewers, click_profile.
"""
