"""What the columns that nobody mapped say about the rows that are loaded.

``columns`` finds the columns by their headers, and writes the query that a remedy names. About one
part are ``deleted_rows``, ``made_up_rows``, ``trial_rows``, ``example_rows``, ``parts_of_one``
(splits of a deal, lines of an order), ``undone_deals`` (won, and cancelled), ``other_dates`` (an
estimate in place of the day), ``other_events`` (sent mails as touches; by ``event_words``),
``row_spans``, ``row_zones``, ``row_limits``, ``constants_beside`` and ``restated`` (costs of a
later pull); about all parts of a table ``same_people``, ``sold_before`` (renewals) and
``missing_columns``. All are doubts: a row is loaded, and somebody should look. Uses dates, amounts
and rows.
"""
