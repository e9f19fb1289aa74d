"""A clock that runs in the browser, counting up, or down to a limit, and says when the time is over.

It keeps thirty visitors from asking the server for the time every second. What counts is the server's own clock; the
browser's only says when it is worth looking at.
"""

from __future__ import annotations

import streamlit as st

from nnlab.games.guessing import GRACE_SECONDS
from nnlab.ui import files
from nnlab.ui.text import t

_SCRIPT = """export default function ({ parentElement, data, setTriggerValue }) {
  const box = parentElement.querySelector(".nnlab-clock"), seconds = () => performance.now() / 1000
  if (box.token !== data.token) {
    Object.assign(box, { token: data.token, began: seconds() - data.elapsed, due: data.due })
  }
  const [figure, bar] = [box.querySelector("b"), box.querySelector("i")]
  box.setAttribute("aria-label", data.label)
  box.querySelector("small").textContent = data.unit
  bar.style.visibility = data.limit ? "visible" : "hidden"
  const tick = () => {
    if (!box.isConnected) return clearInterval(box.timer)
    const passed = seconds() - box.began, left = Math.max(0, (data.limit ?? 0) - passed)
    figure.textContent = (data.limit ? left : passed).toFixed(1)
    if (!data.limit) return
    bar.style.width = `${(100 * left) / data.limit}%`
    box.classList.toggle("short", left < 3)
    if (passed < box.due) return
    box.due = passed + 2 // ask again, should the first word be lost
    setTriggerValue("over", data.token)
  }
  clearInterval(box.timer)
  box.timer = setInterval(tick, 100)
  tick()
}"""

_clock = st.components.v2.component(
    "nnlab_clock",
    html='<div class="nnlab-clock" role="timer"><span><b></b> <small></small></span><i></i></div>',
    css=files.style(__file__),
    js=_SCRIPT,
    isolate_styles=False,
)


def show(key: str, token: str, elapsed: float, limit: float | None) -> None:
    """Show the clock; the page is drawn anew when the time is over.

    Args:
        token: names what is timed; with another token the clock starts anew.
        elapsed: seconds that have passed already.
        limit: seconds, counted down; None counts up.
    """
    due = None if limit is None else limit + GRACE_SECONDS + 0.1
    label = t("play.clock_up" if limit is None else "play.clock_down")
    data = {"token": token, "elapsed": elapsed, "limit": limit, "due": due, "unit": t("play.unit"), "label": label}
    _clock(key=key, data=data, on_over_change=_nothing)


def _nothing() -> None:
    """That the page is drawn anew is all that is wanted."""
