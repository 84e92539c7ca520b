"""What every page has.

``data`` and ``answers`` are the cached access to snapshots and facts. ``selection`` is what is
looked at, ``filters`` and ``choice`` set it. ``title``, ``freshness``, ``present`` (a slide on a
shared screen) and ``downloads`` are drawn; ``text`` shows users' text as text. ``garbage`` is for
speed. Uses charts.
"""
