"""The step "Last week": what became of actions, and figures that were restated."""
