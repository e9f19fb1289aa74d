"""The training page: starting a run, finding its buttons, and what its curve holds."""

import re

from playwright.sync_api import expect

LONG_RUN = "epochs=1000&hidden=16"  # 938,000 small steps: no test waits for its end, ``open_browser`` stops it
STATE = ".nnlab-run-state p"
CURVE = ".nnlab-curve .js-plotly-plot"
SMOOTHED, TEST = 1, 3  # the curve's lines
POINTS = """trace => {
  const plot = document.querySelector(".nnlab-curve .js-plotly-plot")
  return plot?.data ? plot.data[trace].x.length : 0
}"""


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def start_button(page):
    return page.get_by_role("button", name=re.compile("Train .* epochs?"))


def start(page):
    """Start a long run; a short one may be over before anybody has seen its pause button."""
    start_button(page).click()
    expect(button(page, "Pause")).to_be_enabled()


def points(page, trace=SMOOTHED):
    return page.evaluate(POINTS, trace)


def wait_for_more_points(page, than, trace=SMOOTHED):
    page.wait_for_function(f"([trace, than]) => ({POINTS})(trace) > than", arg=[trace, than])


def run_id(page):
    expect(page).to_have_url(re.compile(r"[?&]run="))
    return re.search(r"[?&]run=([^&]+)", page.url)[1]
