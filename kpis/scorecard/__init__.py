"""Facts, a period and a filter become KPIs.

``scorecard`` is the way in. ``selection`` is what is asked of the facts, ``daily`` its answer per
measure and day, ``sums`` what a window holds of it, ``costs`` adds what a selection costs,
``formulas`` holds the formula of every KPI (CAC, ROI, …), ``undefined`` a KPI without a value and
why, ``notes`` what to know about one that is there. ``report`` is the command line's,
``sensitivity`` the range over attribution models. Uses ``facts``, for what their columns are.
"""
