"""The step "Goals": the KPIs against their goals, and a period that is over."""
