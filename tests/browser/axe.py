"""axe-core, which looks for what keeps people out of a page, in a tab: WCAG 2.0 to 2.2, levels A and AA.

axe-core is a script. It comes within the package axe-playwright-python, so that ``pip install`` is all a test needs.
It is run by the browser's own protocol, to which the pages' policy on scripts does not apply.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# Plotly's drawings: a hundred letters and lines for each chart, of which axe-core can say nothing.
LEFT_OUT = [".main-svg"]
# What Streamlit does itself and no style or script of ours can mend: rule -> why. There is nothing at present.
KNOWN: dict[str, str] = {}

LOOK = """async ([rules, leftOut]) => {
  const options = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] }
  const { violations } = await axe.run({ include: [["body"]], exclude: leftOut.map(selector => [selector]) }, options)
  return violations.flatMap(({ id, nodes }) => nodes.map(node => {
    const why = [...node.any, ...node.all, ...node.none].map(check => check.message).join("; ")
    return [id, node.html.slice(0, 200), why]
  }))
}"""


@cache
def _script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[tuple[str, str, str]]:
    """What is wrong with a page as it is now: rule, the element's HTML, and what axe-core says of it."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_script())
    return [tuple(found) for found in page.evaluate(LOOK, [RULES, LEFT_OUT]) if found[0] not in KNOWN]
