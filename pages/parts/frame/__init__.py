"""What every page stands in: data, selection, filters, title, freshness, presenting.

``data`` and ``answers`` are the cached access to snapshots and facts.
"""
