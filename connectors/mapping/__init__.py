"""A source's table becomes a canonical table: every row is loaded, or rejected with its reason.

``mapping.map_table`` is the way in. ``money`` reads amounts, ``dates`` and ``date_texts`` days
and times, ``choices`` statuses and other values, ``rejects`` keeps what could not be used.
"""
