"""Snapshots: immutable folders of tables and facts; how they are built, opened and kept.

``refresh`` builds one from what ``reading`` yields, ``apart`` in a process of its own, ``fresh``
only where ``fingerprints`` of the sources have changed, and ``checkup`` tries the same without
publishing, with ``goals_check`` of targets. ``snapshots`` publishes, opens and prunes them,
``listing`` compares two, ``newest_sound`` says which one is shown when one is damaged; ``manifest``
is what one says about itself, ``engine`` makes and opens facts in DuckDB, with the SQL of
``facts_sql`` within a limit of ``memory``, and ``asked`` puts questions to them. ``found`` is what
it finds in tables, and ``sources_read`` what a check or a page shows of that. ``kept_rows`` keeps
rows as read, for a source of which only changed ones are read next. ``beside_figures`` reads
targets and annotations. ``disk`` keeps writers apart and writes whole, ``under_way`` shows a
refresh that runs, ``time_limit`` ends what hangs, ``failures`` remembers. Uses settings, sources,
demo and mapping.
"""
