"""Amounts: ``money.amounts`` reads the cells of a column, ``texts`` one of them as written.

``row_currencies`` decides the currency of each row, from its column, the cell or the header;
``currencies`` knows their signs and codes. ``below_zero`` and ``rates_note`` name what may be
wrong. Uses the cells and rows of mapping.
"""
