"""The step "In depth": one campaign or one step of the funnel.

``depth`` chooses, ``campaign`` and ``stage`` draw, ``layout`` is what both have in common.
"""
