"""Are we on pace: targets, where a KPI stands against them, and where the period will end.

``standing`` holds the one verdict of a KPI in a period ("at risk", "reached 116 %") and its
words; ``targets`` says which target holds; ``forecast`` and ``forecast_record`` say where a
period will end; ``closed_period`` reviews one that is over.
"""
