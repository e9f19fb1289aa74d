"""The Learn page in a real browser: a link to a lesson on a server nobody has visited, and a slider moved by key."""

from playwright.sync_api import expect


def test_a_neuron_answers_the_keyboard(fresh_server, page):
    page.goto(f"{fresh_server}/learn?lesson=neuron&lang=en")
    formula = page.locator(".katex-display annotation")  # the LaTeX that KaTeX has drawn
    expect(formula).to_contain_text(r"\mathbf{0.40}", timeout=45_000)  # torch is imported first
    bias = page.locator(".st-key-learn-neuron_b").get_by_role("slider")
    bias.focus()
    bias.press("ArrowRight")
    expect(formula).to_contain_text(r"\mathbf{0.50}")  # the bias of 0.1 has become 0.2
    page.locator(".st-key-learn-next button").click()
    expect(page).to_have_url(f"{fresh_server}/learn?lesson=layer&lang=en")
