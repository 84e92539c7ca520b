"""The step "In depth": one campaign or one step of the funnel."""
