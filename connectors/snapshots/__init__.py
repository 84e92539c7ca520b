"""Snapshots: immutable folders of tables and facts; how they are built, opened and kept.

``refresh`` builds and publishes one, ``checkup`` tries the same without publishing, ``engine``
opens the facts of one in DuckDB, ``damage`` notices files that have changed, ``lock`` and ``disk``
keep writers apart and writes whole, ``history`` and ``failures`` remember.
"""
