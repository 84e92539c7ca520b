"""Warning signs, good news and alerts, each against a line that both teams agreed on.

``signs`` asks every rule (``lead_signs``, ``week_signs``, ``agreement_signs``), each of which makes
a ``sign``; ``thresholds`` holds the lines; ``alerts`` the KPIs that crossed one, and the words of
the message; ``attention`` which KPIs the meeting should stop at. Uses scorecard, goals, weeks and
funnel.
"""
