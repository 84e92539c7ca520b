"""Days and times: ``dates.instants`` and ``dates.days`` read the cells of a column of any type.

``moments`` are points in time before zones apply, ``header_zones`` the zone that a header names,
``no_dates`` days that programs write where none is known.
``written_dates`` reads texts, in the ``order`` that the column proves and with ``month_names`` of
languages; ``numbers`` and ``formats`` read counted days and given formats, ``whole_days`` finds
columns of midnights and ``other_midnights`` those of another zone in UTC, ``other_origin`` days
that may be counted from 1970, ``refusals`` says why a text is no date. Uses the cells of mapping
and its invisible characters.
"""
