"""What is wrong with the rows, and which KPI it bends. ``checks`` and ``references`` are data."""
