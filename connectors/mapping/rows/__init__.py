"""What stands among the rows of a table, or about them.

``rows_without_data`` is the way in: rows that are none, as ``headers`` again, ``totals`` (by
``total_labels`` or by their sums, which ``rounded_sums`` allows some cents), ``balances`` and
``footers``; ``shares`` may be none.
``overlaps`` are rows that stand twice, ``sums`` and ``outlines`` rows that hold the sum of others,
``invoices`` those of what another part holds by day, ``sold_twice`` deals of two parts that are
one, ``stale_parts`` parts that stop before others, ``stopped_tables`` whole tables and campaigns
that do, ``planned_labels`` costs called a budget or a mean, ``week_rows`` costs of a week,
``grouped`` rows below a name that stands once, ``other_year`` days that would be in order if read
otherwise, ``spilled`` rests of a text too long for a cell, ``source_notes`` what the reader of the
source left. Uses amounts, and the cells, source columns, notes and rejects of mapping.
"""
