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
  const since = kept.of === data.of ? kept.since : Date.now()
  sessionStorage.setItem("meeting-clock", JSON.stringify({ of: data.of, since }))
  const tick = () => {
    const seconds = Math.floor((Date.now() - since) / 1000)
    const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
    face.textContent = `${shown} of ${data.minutes} min`
    face.classList.toggle("over", seconds > data.minutes * 60)
  }
  tick()
  const ticking = setInterval(tick, 1000)
  const free = (event) => {
    if (event.target.closest("[role=radiogroup]")) {
      setTimeout(() => document.activeElement.blur())
    }
  }
  const hold = (event) => {
    const field = event.target.closest("input, textarea, [role=spinbutton], [role=radio]")
    if (event.key.startsWith("Arrow") && document.querySelector("[role=dialog]") && !field) {
      event.stopImmediatePropagation()
    }
  }
  document.addEventListener("pointerup", free, true)
  window.addEventListener("keydown", hold, true)
  return () => {
    clearInterval(ticking)
    document.removeEventListener("pointerup", free, true)
    window.removeEventListener("keydown", hold, true)
  }
}
"""
"""Beside the time: a choice that was clicked gives the arrow keys back to the steps, while one that
was reached by keyboard keeps them; and no arrow leaves a step while a dialog is open in it."""

_CLOCK = st.components.v2.component("meeting_clock", html=_HTML, css=_CSS, js=_JS)


def draw_clock(of: str, minutes: int) -> None:
    """Draw the clock of a step in a meeting, named by ``of``; it begins anew with another one.

    It never asks the server.
    """
    _CLOCK(data={"of": of, "minutes": minutes}, key="meeting-clock", width="content")
