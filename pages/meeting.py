"""The weekly meeting: both teams on one screen, step by step, from wins to what is done next."""

from pages.parts.agenda import agenda, draw_stepper
from pages.parts.meeting_record import draw_meeting_title
from pages.parts.notebook import draw_if_down
from pages.parts.selection import selection

chosen = selection()
step = draw_stepper(agenda(chosen))
draw_meeting_title(chosen, step)
step.draw(chosen)
draw_if_down()
