"""The page "Meeting": its steps, one module or folder each, the meeting's record and its minutes.

``agenda`` lists the steps: wins, goals, changes, signs, depth, decisions, since. ``answers`` is
their cached access to facts, ``room`` what fits on a slide.
"""
