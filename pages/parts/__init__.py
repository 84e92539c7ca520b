"""What pages are made of: filters, cards, charts, tables, and the only cached access to data."""
