"""The notebook: the teams' own records (kpis.records) in SQLite or PostgreSQL.

``notebook.open_notebook`` is the way in, ``place`` where it is kept; ``tables`` are made from the
records, ``migrate`` brings them up to date by the steps of ``migrations``; ``checks`` and
``conflicts`` say why a record is not taken. Uses settings and sources.
"""
