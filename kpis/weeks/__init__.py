"""Weeks of a KPI: the 6-12 frame, its usual range, and what is a signal rather than noise (XmR)."""
