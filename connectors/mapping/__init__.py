"""A source's table becomes a canonical table: every row is loaded, or rejected with its reason.

``mapping.map_table`` is the way in, ``part`` a part of a table on its way. ``column_cells`` finds
the cells of a column, ``blanks`` those that mean no value; ``dates``, ``amounts``, ``choices``,
``texts`` and ``ids`` read them. ``rows`` keeps what could not be used, what is no row, and what to
know about the rest.
"""
