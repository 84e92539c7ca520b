"""How high tables on screen are, in pixels: their rows, header included, and their borders."""

ROW_HEIGHT = 33
BORDERS = 3
