"""Facts, a period and a filter become KPIs.

``scorecard`` is the way in. ``sums`` asks the facts, ``costs`` adds what a selection costs,
``formulas`` holds the formula of every KPI (CAC, ROI, …). ``report`` is the command line's,
``sensitivity`` the range over attribution models.
"""
