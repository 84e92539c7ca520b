"""A source's table becomes a canonical table: every row is loaded, or rejected with its reason.

``mapping.map_table`` is the way in, ``table_part`` one part of a table on its way; ``schema`` is
what comes out. ``source_columns`` finds a column's source, ``column_cells`` its ``cells``,
``blanks`` those that mean no value. ``read_column`` reads them, by ``dates``, ``amounts``,
``choices``, ``texts``, ``ids`` (``salesforce_ids``) and ``goals``, past ``invisible_characters``;
``named_values`` is what came of values in the settings, ``label_writings`` what two tables write
otherwise. ``rows`` finds what is no row; ``rejects`` is what could not be used, ``notes`` what to
know about the rest; ``header_words`` is what headers say. ``unmapped`` is what columns that nobody
mapped say of the rows, ``money_beside`` of an amount; ``unmapped_rules`` asks both. Packages in
order: dates, amounts, rows, unmapped, money_beside. Uses settings and sources.
"""
