"""Queries: one SELECT over files and worksheets, and what a query does to rows in silence.

``query`` answers those of files and sheets, ``one_select`` says why one is not
sent to a database, ``tree`` is a query as DuckDB parses it, ``filtered`` counts what its condition
leaves out. ``doubts`` are all on a query, of databases as well. ``left_out`` compares its answer
with that of the query mended, by ``filters``, ``literals``, ``merged``, ``joins`` and ``orders``,
and ``asked`` puts these questions to the source.
``cut_numbers`` doubts amounts that are read in part, ``converted`` those that are converted twice,
``repeated_rows`` rows that a join repeats, ``cut_instants`` instants that lose their zone. Uses
``header``, ``raw`` and ``cell_text`` of the sources.
"""
