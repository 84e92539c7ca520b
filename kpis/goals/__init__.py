"""Are we on track: targets, how a KPI compares with them, and where the period will end.

``standing`` holds the one verdict of a KPI in a period ("at risk", "reached 116%") and its
words, ``standings`` asks the facts for it; ``targets`` says which target holds; ``forecast`` and
``forecast_record`` say where a period will end and how good that was, both from the days and weeks
of ``forecast_periods``; ``closed_period`` reviews one that is over. Uses scorecard.
"""
