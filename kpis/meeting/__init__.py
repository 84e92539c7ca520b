"""What both teams agreed on and look at in the weekly meeting, and what they send afterwards.

``agreements`` joins settings, tables and records: which targets, owners and thresholds hold.
``kept_actions`` says which records belong to a meeting or come back to it, ``wins`` what went well
(``won_deals``: the largest), ``action_effect`` what an action did. ``digest`` is the Monday summary
and ``minutes`` a document of what a meeting saw (``minutes_figures``) and of its records
(``minutes_records``). Uses every package before it but lifetime, funnel and health.
"""
