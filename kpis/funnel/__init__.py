"""Where leads are, wait, and are lost.

``funnel`` is the way in: how far leads come, stage by stage, and where they wait now. ``cohorts``
compares conversion at equal age, ``spotlight`` finds where one fell further than by chance. Uses
scorecard.
"""
