"""The page "This week".

``overview`` asks for its figures at once, ``week_answers`` for what rests on agreements: standings,
signs, weekly frames. ``cards`` draws the KPIs, ``goals`` the strip of targets, ``outlook`` where a
KPI is heading, ``signs`` what stands out. Uses frame and records.
"""
