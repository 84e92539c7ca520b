"""Rows: which are ``rejects``, which are no rows (``no_rows``: ``totals``, ``footers``), and notes.

``notes`` says what a rule did unasked, ``source_notes`` what the reader of the source left. Uses
the cells of mapping.
"""
