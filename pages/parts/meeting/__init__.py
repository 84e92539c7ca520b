"""The page "Meeting": its steps, one module or folder each, the meeting's record and its minutes.

``agenda`` lists the steps: ``wins``, ``goals``, ``changes``, ``signs``, ``depth``, ``decisions``,
``since``. ``meeting_answers`` is their cached access to facts, ``slide_space`` what fits on a
slide, ``clock`` how long a step takes. ``open_and_close`` starts, signs and closes the meeting,
``minutes`` offers its file. Uses charts, frame, records and week.
"""
