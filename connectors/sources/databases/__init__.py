"""Relational databases, read through SQLAlchemy in one transaction that only reads.

``database`` reads, at an address of ``urls``, in a ``session`` that cannot write or wait for ever;
``cell_types`` are its columns' kinds, and PostgreSQL's come by ``postgres_copy``. ``not_there``
says what an optional part lacks, ``zones`` doubts the zone of times. Uses queries and changed.
"""
