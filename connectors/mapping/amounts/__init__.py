"""Amounts: ``amount_column.amounts`` reads the cells of a column, ``one_amount`` a text in it.

``row_currencies`` decides the currency of each row, from its column, the cell or the header, to
which ``lines_above`` adds what stands above the table; ``currencies`` knows their signs and codes,
``currency_words`` their names, ``hundredths`` those of pence and cents, ``smallest_units`` those
without cents, ``units`` those of a header (``k€``); ``half_converted`` refuses what a program of
another country has read in part; ``below_zero``, ``cumulative``, ``rates_note`` and ``old_rates``
name what may be wrong. Uses the cells, notes and rejects of mapping.
"""
