"""The page "Funnel": stages, who waits where, the same by group; and cohorts."""
