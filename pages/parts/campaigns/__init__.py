"""Campaigns as a table, and how much a KPI depends on the attribution model."""
