"""A source's table becomes a canonical table: every row is loaded, or rejected with its reason.

``mapping.map_table`` is the way in. ``money`` and ``amount_texts`` read amounts,
``row_currencies`` finds their currencies, ``dates`` and ``date_texts`` read days and times,
``choices`` statuses and other values; ``rejects`` keeps what could not be used.
"""
