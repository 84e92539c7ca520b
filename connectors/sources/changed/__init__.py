"""Changed rows of a database's table: only they are read, and the others are kept from before.

``part_rows`` reads a part of a table that names ``updated_at``: ``stamps`` says from which value
on, ``merged`` puts what is read into the rows that are kept, so that they are those of a full read,
in the order of their keys. ``exact_cells`` keeps cells of any type exactly, ``kept`` is what is
kept, and who keeps it (connectors.snapshots.kept_rows). Uses ``raw``, ``typed_columns`` and
``queries.one_select`` of the sources.
"""
