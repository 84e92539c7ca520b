"""What the numbers mean: pure functions, no I/O, no clock."""
