"""Weeks of a KPI: the 6-12 frame, its usual range, and what is a signal rather than noise (XmR).

``frame`` asks the scorecard for weeks, months and totals to date; pages, signs, wins and minutes
read it. ``judged`` asks for the weeks and their usual range alone. ``xmr`` computes the limits,
``usual_range`` which weeks they may be computed from. Uses goals for the targets of the weeks.
"""
