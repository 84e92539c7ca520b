"""Queries: one SELECT over files and worksheets, and what a query does to rows in silence.

``query`` answers those of files and sheets, ``tree`` is a query as DuckDB parses it.
``repeated_rows`` doubts rows that a join repeats, ``cut_instants`` instants that lose their zone.
Uses ``header``, ``raw`` and ``cell_text`` of the sources.
"""
