"""What a finger presses is 40 pixels high, or hears the finger around it."""

import pytest

from tests.browser.harness import wait_until_drawn

LEAST = 37.5  # pixels: what lies within the border of a field that is 40 high has two less
# Of what can be pressed and is too low for a finger: what it is, and how high. What is around it and hears for it is a
# box of its own that style.css lays over it.
TOO_LOW = """least => {
  const pressed = "button, summary, [role=radio], label:has(input), [data-testid=stPageLink-NavLink]"
  const lowest = one => {
    const around = getComputedStyle(one, "::after")
    const laid = around.position === "absolute" && around.content !== "none" ? parseFloat(around.height) : 0
    return Math.max(one.getBoundingClientRect().height, laid)
  }
  const isSeen = one => one.checkVisibility() && one.getBoundingClientRect().height > 1 &&
    !/inset\\(50%/.test(getComputedStyle(one).clipPath)
  return [...document.querySelectorAll("[data-testid=stApp] :is(" + pressed + ")")]
    .filter(one => isSeen(one) && lowest(one) < least)
    .map(one => [one.innerText || one.ariaLabel, Math.round(lowest(one)), one.className])
}"""


@pytest.mark.usefixtures("mnist")
@pytest.mark.parametrize(
    "address",
    [
        "?", "learn?lesson=neuron", "learn?lesson=fitting", "learn?lesson=plane", "learn?lesson=training",
        "learn?experiment=zeros", "activations?", "train?", "runs?", "draw?", "inspect?", "inspect?section=surgery",
        "compare?", "play?", "play?section=fool", "glossary?",
    ],
)  # fmt: skip
def test_a_finger_hits_what_it_presses(server, open_browser, address):
    phone = open_browser(390, 844, has_touch=True, is_mobile=True, device_scale_factor=2)
    phone.goto(f"{server}/{address}&lang=en")
    wait_until_drawn(phone)
    phone.wait_for_timeout(500)
    assert phone.evaluate(TOO_LOW, LEAST) == []
    phone.get_by_test_id("stExpandSidebarButton").tap()
    phone.wait_for_timeout(500)
    assert phone.evaluate(TOO_LOW, LEAST) == []
