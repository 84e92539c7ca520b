"""The page "Data health"."""
