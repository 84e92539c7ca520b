"""What the columns that nobody mapped say about the rows that are loaded.

``rules`` asks all of one part. ``columns`` finds the columns by their headers, and writes the query
that a remedy names. About one part are ``deleted_rows``, ``made_up_rows``, ``trial_rows``,
``parts_of_one`` (splits of a deal, lines of an order), ``undone_deals`` (won, and cancelled),
``other_dates`` (an estimate in place of the day), ``other_events`` (sent mails as touches; by
``event_words``), ``row_spans``, ``row_zones``, ``rate_units``, ``row_limits``,
``constants_beside``, ``restated`` (costs of a later pull),
and of money ``other_currency``, ``refunded_amounts``, ``unbooked_rows`` (cancelled, planned,
failed, offered; by ``money_words``), ``unit_prices`` and ``reversals`` (a Storno in plus); about
all parts of a table ``same_people``, ``sold_before`` (renewals) and ``missing_columns``. All are
doubts: a row is loaded, and somebody should look. Uses dates, amounts and rows.
"""
