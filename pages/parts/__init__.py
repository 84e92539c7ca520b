"""What pages are made of.

Packages, each on those before it: charts, frame, records, week, campaigns, funnel, health,
sources, meeting. ``kept`` is what is made once for every reader.
"""
