"""Rows: ``rejects``; ``no_rows``, such as ``totals``, ``balances`` and ``footers``; and notes.

``notes`` says what a rule did unasked, ``source_notes`` what the reader of the source left. Uses
the cells of mapping.
"""
