"""The page "Funnel".

``funnel`` draws the stages, who waits where and the same by group, ``cohorts`` the conversion by
month or week. Uses charts, frame and week.
"""
