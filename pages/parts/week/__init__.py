"""The page "This week".

``overview`` asks for its figures at once, ``week_answers`` for what rests on agreements: standings,
signs, weekly frames. ``cards`` draws the KPIs, ``goals`` the strip of targets, ``trend`` the weeks
of one and ``outlook`` where it is heading, ``signs`` what stands out. ``live`` lets ``keep_fresh``
run beside the server, and ``first_look`` asks of new figures what the page will. Uses frame and
records.
"""
