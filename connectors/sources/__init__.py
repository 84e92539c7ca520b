"""Where tables come from. Each ``read`` returns ``raw.RawTable``; nothing is interpreted here.

``files``: ``csv_text`` in its ``csv_encoding``, with ``csv_beyond`` its last named column;
``workbooks``, with what ``sheet_xml``, ``hidden_rows`` and ``cell_styles`` (``struck_rows``,
``number_formats``, ``format_units``) add. ``google`` reads spreadsheets, ``databases`` databases.
``header`` finds the row that names the columns, ``worksheet_table`` makes a table of a worksheet's
cells, ``queries`` answers a SELECT over files and worksheets, and doubts what queries do to rows in
silence. ``changed`` reads changed rows alone and puts them into those kept. ``cell_text`` is a
typed cell as text. Uses settings.
"""
