"""The page "Meeting": an agenda of steps, one module or folder each, its record and minutes."""
