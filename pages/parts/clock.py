"""A quiet clock: how long this step has taken of its minutes, counted by the browser itself."""

import streamlit as st

_HTML = '<span role="timer" aria-live="off"></span>'
_CSS = """
span { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color); opacity: 0.6;
       white-space: nowrap; font-variant-numeric: tabular-nums; }
span.over { color: var(--st-orange-text-color); opacity: 1; }
"""
_JS = """
export default function ({ parentElement, data }) {
  const face = parentElement.querySelector("span")
  const kept = JSON.parse(sessionStorage.getItem("meeting-clock") ?? "{}")
  const since = kept.step === data.step ? kept.since : Date.now()
  sessionStorage.setItem("meeting-clock", JSON.stringify({ step: data.step, since }))
  const tick = () => {
    const seconds = Math.floor((Date.now() - since) / 1000)
    const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
    face.textContent = `${shown} of ${data.minutes} min`
    face.classList.toggle("over", seconds > data.minutes * 60)
  }
  tick()
  const ticking = setInterval(tick, 1000)
  return () => clearInterval(ticking)
}
"""

_CLOCK = st.components.v2.component("meeting_clock", html=_HTML, css=_CSS, js=_JS)


def draw_clock(step: str, minutes: int) -> None:
    """Draw the clock of a step; it begins anew with another step, and never asks the server."""
    _CLOCK(data={"step": step, "minutes": minutes}, key="meeting-clock", width="content")
