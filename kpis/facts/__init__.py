"""What happened, credited to campaigns: leads, stages, deals and customers become one table.

``facts.build_facts`` is the way in: canonical tables → facts. ``events`` lists what happened as
of a day, ``credit`` holds the attribution models. Uses the vocabulary only.
"""
