"""Warning signs, good news and alerts, each against a line that both teams agreed on.

``signs`` asks every rule (``lead_signs``, ``week_signs``, ``agreement_signs``); ``thresholds``
holds the lines; ``alerts`` the KPIs that crossed one; ``attention`` which KPIs the meeting should
stop at.
"""
