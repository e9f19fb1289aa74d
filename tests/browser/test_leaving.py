"""What goes on in the browser for an element ends when the element is gone: components come and go with their pages."""

import re

import pytest

from nnlab.ui import files
from nnlab.ui.text import strings
from tests.browser.harness import expect_soon, wait_until_drawn
from tests.browser.opening import expect_opened

EN = strings("en")
# All that our own scripts repeat for ever, by the number of its timer: the names of the scripts.
NOTE_TIMERS = """(() => {
  const begin = window.setInterval, end = window.clearInterval, going = window.nnlabTimers = new Map()
  window.setInterval = (...said) => {
    const timer = begin(...said), from = [...new Error().stack.matchAll(/files\\/static\\/\\w+\\/(\\w+\\.js)/g)]
    if (from.length) going.set(timer, from.map(([, name]) => name).join(" < "))
    return timer
  }
  window.clearInterval = timer => { going.delete(timer); end(timer) }
})()"""
GOING = "() => [...nnlabTimers.values()]"
# How many observers and listeners are left of ten watchers, of which one is still on the page.
WATCH = """async address => {
  const { WhileSeen } = await import(address), Observer = IntersectionObserver, listen = document.addEventListener
  const going = new Set(), asked = []
  let heard = 0
  window.IntersectionObserver = class extends Observer {
    observe(element) { going.add(this); super.observe(element) }
    disconnect() { going.delete(this); super.disconnect() }
  }
  document.addEventListener = function (...said) { heard++; listen.apply(this, said) }
  for (let number = 0; number < 10; number++) {
    const element = document.body.appendChild(document.createElement("p"))
    element.textContent = "here"
    new WhileSeen(element, () => asked.push(number))
    if (number < 9) element.remove()
  }
  document.dispatchEvent(new Event("visibilitychange"))
  await new Promise(resolve => setTimeout(resolve, 500))
  Object.assign(document, { addEventListener: listen })
  window.IntersectionObserver = Observer
  return { observers: going.size, heard, asked: [...new Set(asked)] }
}"""
# A watcher whose element is taken away and put back, and who is then told to ask on.
RETURN = """async address => {
  const { WhileSeen } = await import(address), rest = time => new Promise(resolve => setTimeout(resolve, time))
  const element = document.createElement("p")
  let asked = 0
  element.textContent = "here"
  document.body.prepend(element)
  const watcher = new WhileSeen(element, () => ++asked)
  await rest(500)
  const before = asked
  element.remove()
  document.dispatchEvent(new Event("visibilitychange"))
  await rest(500)
  const gone = asked
  await rest(500)
  const still = asked
  document.body.prepend(element)
  watcher.restart()
  await rest(1000)
  return { before, hasStopped: still === gone, after: asked - still }
}"""


@pytest.fixture
def static(server) -> str:
    """The address of the folder of scripts."""
    return f"{server}/nnlab/{files.SCRIPTS.address('while_seen.js')}".rpartition("/")[0]


def test_a_watcher_whose_element_is_gone_leaves_neither_observer_nor_listener(server, page, static):
    page.goto(f"{server}/_stcore/health")
    assert page.evaluate(WATCH, f"{static}/while_seen.js") == {"observers": 1, "heard": 0, "asked": [9]}


def test_a_watcher_whose_element_comes_back_goes_on(server, page, static):
    page.goto(f"{server}/_stcore/health")
    found = page.evaluate(RETURN, f"{static}/while_seen.js")
    assert found["before"] > 0
    assert found["hasStopped"]
    assert found["after"] > 0


def test_what_a_page_repeats_ends_with_the_page(server, page):
    page.add_init_script(NOTE_TIMERS)
    page.goto(f"{server}/learn?lesson=plane&lang=en")
    expect_opened(page, "learn", "en")
    wait_until_drawn(page)
    expect_soon(page, lambda: page.evaluate(GOING), bool)
    sidebar = page.get_by_test_id("stSidebar")
    for name, script in (("inspect", "unit_grid.js"), ("glossary", None)):
        sidebar.get_by_role("link", name=EN[f"{name}.title"], exact=True).click()
        expect_opened(page, name, "en")
        wait_until_drawn(page)
        # What the page before repeated is over; what this one repeats has begun.
        expect_soon(
            page,
            lambda: {of.split(" < ")[-1] for of in page.evaluate(GOING)},
            lambda going, script=script: going == ({script} if script else set()),
        )


def test_only_what_ends_with_its_element_is_repeated():
    """Each of these three clears its own timer."""
    repeating = {
        file.name for file in files.SCRIPTS.path.glob("*.js") if re.search(r"\bsetInterval\(", file.read_text())
    }
    assert repeating == {"anchor.js", "clock.js", "while_there.js"}
