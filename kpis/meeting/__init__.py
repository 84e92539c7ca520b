"""What both teams agreed on and look at in the weekly meeting, and what they send afterwards.

``wins``, ``action_effect`` and ``digest`` are computed from facts and from the records of the
teams. ``minutes`` makes a document of what a meeting saw (``minutes_figures``) and of its records
(``minutes_records``).
"""
