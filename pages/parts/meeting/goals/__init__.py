"""The step "Goals".

``goals`` draws every KPI against its targets and the weeks of one, ``box`` the figures beneath its
chart, ``review`` a period that is over.
"""
