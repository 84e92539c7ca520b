"""Where leads are, wait, and are lost: stages, cohorts, and where a conversion fell.

``funnel`` counts how far leads come, ``waiting`` who waits in a stage and for how long, ``cohorts``
compares conversion at equal age, ``spotlight`` finds the step that fell most. Pages and signs ask
them. Uses the facts by day of scorecard.
"""
