"""What every page has: data, selection, filters, choices, title, freshness, presenting.

``data`` and ``answers`` are the cached access to snapshots and facts.
"""
