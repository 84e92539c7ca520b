"""Where tables come from. Each ``read`` returns ``raw.RawTable``; nothing is interpreted here.

``files``: ``csv_text`` in its ``csv_encoding``, with ``csv_beyond`` its last named column;
``workbooks``, with what ``sheet_xml``, ``hidden_rows`` and ``cell_styles`` (``struck_rows``,
``number_formats``, ``format_units``) add. ``google_sheets`` through ``google_api`` with a
``google_login``, in one ``google_state``, and ``sheet_zones`` doubts its times. ``database``,
at a ``database_url``, with ``database_types``; PostgreSQL by ``postgres_copy``; ``not_there``
says what optional parts lack. ``header`` finds
the row that names the columns, ``worksheet_table`` makes a table of a worksheet's cells,
``queries`` answers a SELECT over files and worksheets, and doubts what queries do to rows in
silence. ``changed`` reads changed rows alone and puts them into those kept. ``database_zones``
doubts the zone of a database's times. ``cell_text`` is a typed cell as text. Uses settings.
"""
