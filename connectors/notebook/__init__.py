"""The notebook: the teams' own records (kpis.records) in SQLite or PostgreSQL.

``notebook`` is the way in; ``place`` is where it is kept, ``tables`` and ``migrations`` how,
``checks`` and ``conflicts`` what it refuses.
"""
