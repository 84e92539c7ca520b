"""The weekly meeting: both teams on one screen, step by step, from wins to what is done next."""

from pages.parts.frame.selection import selection
from pages.parts.meeting.agenda import agenda, draw_stepper, make_next_ready
from pages.parts.meeting.open_and_close import draw_meeting_title
from pages.parts.records.notebook import draw_if_down

chosen = selection()
steps = agenda(chosen)
step = draw_stepper(steps)
draw_meeting_title(chosen, step)
step.draw(chosen)
draw_if_down()
make_next_ready(steps, step, chosen)
