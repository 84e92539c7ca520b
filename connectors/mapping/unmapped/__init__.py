"""What the columns that nobody mapped say about the rows that are loaded.

``rules`` asks all of one part. ``columns`` finds the columns by their headers, and writes the query
that a remedy names. ``deleted_rows``, ``made_up_rows``, ``row_spans``, ``rate_units``,
``row_limits``, ``reversals`` (a Storno in plus) and ``restated`` (costs of a later pull) are about
one part; ``same_people`` and ``missing_columns`` about all parts of a table. All are doubts: a row
is loaded, and somebody should look. Uses dates and rows.
"""
