"""Google Sheets.

``sheets`` reads worksheets, through the ``api`` with a ``login``, in one ``state`` of the
spreadsheet; ``zones`` doubts its times. Uses queries.
"""
