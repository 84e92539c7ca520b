"""What a source holds, before anything is mapped: tables, columns, and a profile of each.

``looked.looked_into`` takes what a person names (a database URL, a folder, a spreadsheet) and
returns ``found`` tables: a bounded sample of rows of each, with a ``profile`` of each column (kind,
values with counts, how dates are written). ``databases``, ``folders`` and ``spreadsheets`` read the
samples through sources, which only read; ``given`` says which of them a person means. Uses
settings, sources, and of mapping how cells, dates and amounts are read.
"""
