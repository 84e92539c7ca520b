"""Where tables come from: databases, Google Sheets, files. Each ``read`` returns raw tables.

Nothing is interpreted here; ``raw.RawTable`` is what the mapping takes. ``header`` finds the row
that names the columns, ``grid`` makes a table of a worksheet's cells, ``query`` answers a SELECT
over files and worksheets.
"""
