"""Weeks of a KPI: what they were, what is usual, and what is a signal rather than noise.

``frame.weekly_frame`` is the way in: six weeks, twelve months and a box (the 6-12 frame).
``usual_range`` says which weeks judge the last one, ``xmr`` draws their limits. Uses scorecard and
goals.
"""
