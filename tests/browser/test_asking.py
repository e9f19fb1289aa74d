"""What is this?: what is pressed says what it is and what it is now, and does nothing."""

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import wait_until_drawn

EN = strings("en")


def test_a_control_a_button_and_a_chart_say_what_they_are_and_do_nothing(server, page):
    page.goto(f"{server}/train?lang=en&epochs=3")
    wait_until_drawn(page)
    ask, answer = page.locator(".nnlab-ask"), page.locator(".nnlab-answer")
    start = page.get_by_role("button", name="Train 3 epochs")

    expect(ask).to_have_text(EN["asking.ask"])  # its script is there
    ask.click()
    expect(ask).to_have_attribute("aria-pressed", "true")
    start.click()
    expect(answer).to_contain_text(EN["what.train-first"])
    expect(answer).to_contain_text(EN["asking.now"].format(value="Train 3 epochs"))
    expect(ask).to_have_attribute("aria-pressed", "false")
    expect(start).to_be_visible()  # nothing was started
    assert "run=" not in page.url

    page.keyboard.press("Enter")  # the answer's own button has the focus
    expect(answer).to_have_count(0)

    ask.click()
    page.locator(".st-key-train-diagram").click()
    expect(answer).to_contain_text(EN["what.train-diagram"])
    expect(answer).to_contain_text("784, 128, 64, 10")
    answer.get_by_role("button").click()

    page.get_by_role("tab", name=EN["train.tab_training"]).click()
    field = page.get_by_role("spinbutton", name=EN["train.epochs"], exact=True)
    ask.click()
    field.focus()
    page.keyboard.press("Enter")
    expect(answer).to_contain_text(EN["train.epochs_help"])
    expect(answer).to_contain_text(EN["asking.now"].format(value="3"))
    answer.get_by_role("button").click()

    ask.click()
    page.get_by_role("heading", name=EN["train.title"]).click()
    expect(answer).to_contain_text(EN["asking.nothing"])
