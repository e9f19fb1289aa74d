"""What is this?: what is pressed says what it is and what it is now, and does nothing."""

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.drawing import ANSWER, DIGITS, READING, draw_with_mouse, expect_read
from tests.browser.harness import expect_soon, wait_until_drawn

EN = strings("en")


def test_a_control_a_button_and_a_chart_say_what_they_are_and_do_nothing(server, page):
    page.goto(f"{server}/train?lang=en&epochs=3")
    wait_until_drawn(page)
    ask, answer = page.locator(".nnlab-ask"), page.locator(".nnlab-told")
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
    answer.get_by_role("button").click()

    curve = page.locator(".st-key-train-live_curve")
    ask.click()
    curve.click(position={"x": 200, "y": 150})
    expect(answer).to_contain_text(EN["what.train-live_curve"])
    expect(answer).to_contain_text(EN["train.curve_now_nothing"])
    answer.get_by_role("button").click()


def test_escape_ends_a_question_and_its_answer_and_no_answer_goes_along_to_another_page(server, page):
    page.goto(f"{server}/train?lang=en")
    wait_until_drawn(page)
    ask, answer = page.locator(".nnlab-ask"), page.locator(".nnlab-told")
    ask.click()
    page.keyboard.press("Escape")
    expect(ask).to_have_attribute("aria-pressed", "false")
    ask.click()
    page.get_by_role("heading", name=EN["train.title"]).click()
    expect(answer).to_be_visible()
    page.keyboard.press("Escape")
    expect(answer).to_have_count(0)
    ask.click()
    page.get_by_role("heading", name=EN["train.title"]).click()
    expect(answer).to_be_visible()
    link = page.get_by_test_id("stSidebar").get_by_role("link", name=EN["glossary.title"], exact=True)
    link.press("Enter")  # without a pointer, whose press would have closed it
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["glossary.title"])
    expect(answer).to_have_count(0)


def test_the_curve_says_its_newest_numbers(server, page):
    page.goto(f"{server}/train?lang=en&hidden=16&epochs=1&images=1000")
    wait_until_drawn(page)
    page.get_by_role("button", name="Train 1 epoch").click()
    expect(page.locator(".nnlab-run-state")).to_contain_text("Finished", timeout=60_000)
    accuracy = page.locator(".nnlab-run-numbers").get_by_text("%").inner_text()
    page.locator(".nnlab-ask").click()
    page.locator(".st-key-train-live_curve").click(position={"x": 200, "y": 150})
    answer = page.locator(".nnlab-told")
    expect(answer).to_contain_text("Now, at epoch 1.00: training loss ")
    expect(answer).to_contain_text(f"Test accuracy after epoch 1.00: {accuracy} of 10,000 images.")


def test_what_is_asked_on_draw_leaves_the_reading_where_it_stands(server, page):
    """It was once the answer's namesake: it floated over the page, and the next answer took its place."""
    page.goto(f"{server}/draw?lang=en")
    wait_until_drawn(page)
    draw_with_mouse(page, DIGITS["7"])
    expect_read(page, "7")
    reading = page.locator(READING)
    top = reading.bounding_box()["y"]
    below = page.locator(ANSWER).bounding_box()["y"] - top
    page.locator(".nnlab-ask").click()
    reading.click()
    answer = page.locator(".nnlab-told")
    expect(answer).to_be_visible()
    answer.get_by_role("button").click()
    expect(page.locator(ANSWER)).to_have_text("7")
    page.mouse.move(1000, 600)
    page.mouse.wheel(0, 200)
    expect_soon(page, lambda: reading.bounding_box()["y"], lambda y: y < top - 50)
    assert abs(page.locator(ANSWER).bounding_box()["y"] - reading.bounding_box()["y"] - below) < 2  # it scrolls along
