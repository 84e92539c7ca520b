"""Presenting: a page as a slide on a shared screen, nothing around it, and type that reads."""

import streamlit as st

from pages.parts.charts.theme import Colours, Picture, draw
from pages.parts.frame.downloads import draw_downloads

PARAMETER = "present"
PRESENTING = {PARAMETER: "1"}
"""What stands in the URL of a page that is shown as a slide."""
SLIDE = (1024, 576)
"""Width and height of a slide in CSS pixels; the browser enlarges it to the screen."""
WIDEST, STEP = 3840, 32

_HIDDEN = ", ".join(
    (
        "[data-testid=stHeader]",
        "[data-testid=stToolbar]",
        "[data-testid=stSidebar]",
        "[data-testid=stLayoutWrapper]:has(> .st-key-filters)",
        "[data-testid=stElementContainer]:has([data-testid=stHtml] > style:only-child)",  # a gap
    )
)
_STYLE = f"""
:root {{ --slide-scale: 1; }}
{_HIDDEN} {{ display: none !important; }}
[data-testid=stMainBlockContainer] {{
  zoom: var(--slide-scale); width: {SLIDE[0]}px; max-width: 100%; margin: 0 auto;
  padding: 0.9rem 2rem 3.6rem !important; }}
[data-testid=stPopoverBody] > *, [role=listbox], [data-testid=stToast], [role=dialog] > * {{
  zoom: var(--slide-scale); }}
[data-testid=stLayoutWrapper]:has(> .st-key-meeting-stepper) {{ position: absolute; }}
.st-key-meeting-stepper {{
  position: fixed; left: 0; right: 0; bottom: 0; z-index: 100; padding: 0.45rem 2rem;
  background: var(--slide-paper); border-top: 1px solid var(--slide-line);
  justify-content: space-between; }}
"""
"""Zoom of the page, not a larger font: charts, panels and gaps grow with the text.

Not of the whole document: menus would open in the wrong place. A chart must say its own width
(:func:`draw_chart`), since Streamlit measures its place on the screen, where it is zoomed already.
"""

_BUTTON_HTML = "<button></button>"
_BUTTON_CSS = """
button { font: inherit; font-family: var(--st-font); font-size: 0.9375rem; cursor: pointer;
  color: var(--st-text-color); background: transparent; white-space: nowrap; line-height: 1.6;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  padding: 0.25rem 0.75rem; min-height: 2.35rem; }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  color: var(--st-primary-color); outline: none; }
"""
_BUTTON_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const button = parentElement.querySelector("button")
  button.textContent = data.label
  button.onclick = () => {
    const screen = data.present
      ? document.documentElement.requestFullscreen?.()
      : document.fullscreenElement && document.exitFullscreen()
    Promise.resolve(screen).catch(() => {}).finally(() => setTriggerValue("pressed", true))
  }
}
"""
"""Only a script may ask for the full screen, and only while a click is handled; a browser that
refuses it shows the slide in its window."""
_BUTTON = st.components.v2.component(
    "meeting_screen", html=_BUTTON_HTML, css=_BUTTON_CSS, js=_BUTTON_JS
)


def is_presenting() -> bool:
    """Whether the page is shown as a slide: ``?present=1`` in its URL."""
    return st.query_params.get(PARAMETER) == PRESENTING[PARAMETER]


def draw_slide_style(colours: Colours) -> None:
    """Hide everything around the page, and enlarge it to the window."""
    scales = "\n".join(
        f"@media (min-width: {width}px) and (min-height: {width * SLIDE[1] // SLIDE[0]}px) "
        f"{{ :root {{ --slide-scale: {width / SLIDE[0]:.3f}; }} }}"
        for width in range(SLIDE[0], WIDEST + 1, STEP)
    )
    own = f":root {{ --slide-paper: {colours.paper}; --slide-line: {colours.line}; }}"
    st.html(f"<style>{_STYLE}\n{own}\n{scales}</style>")


def draw_chart(picture: Picture, slide_width: int, title: str = "") -> None:
    """Draw a chart as wide as its place; on a slide ``slide_width`` CSS pixels wide.

    title: with one, the chart can be saved as PNG under it, but for on a slide.
    """
    presenting = is_presenting()
    draw(picture, slide_width if presenting else None)
    if title and not presenting:
        draw_downloads(title, picture, title=title)


def draw_present_button() -> None:
    """Draw the button that presents in full screen, or the one that ends it."""
    presenting = is_presenting()
    label = "End" if presenting else "Present"
    pressed = _BUTTON(
        data={"label": label, "present": not presenting},
        key=f"meeting-screen-{presenting}",
        on_pressed_change=lambda: None,
        width="content",
    ).pressed
    if pressed:
        if presenting:
            del st.query_params[PARAMETER]
        else:
            st.query_params.update(PRESENTING)
        st.rerun()
