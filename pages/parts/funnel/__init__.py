"""The page "Funnel": stages, who waits where, cohorts."""
