"""Where leads are, wait, and are lost: stages, cohorts, and where a conversion fell."""
