"""From drawings to a network that has learned from them: kept on the Draw page, learned, and asked again."""

import re

import pytest
from playwright.sync_api import expect

from nnlab import checkpoint
from nnlab.ui.text import strings
from tests.browser.drawing import DIGITS, draw_with_mouse, expect_read, open_page
from tests.browser.harness import choose, wait_until_drawn
from tests.browser.meaning import draw_and_say, next_digit
from tests.browser.training import CURVE, button, run_id

pytestmark = pytest.mark.usefixtures("mnist")
PATIENCE = 180_000  # milliseconds; the network has 1.8 million weights, and a test machine may do ten other things
FINISHED = re.compile("^Finished .* 96 steps")
TABLE = ".nnlab-before-after"


def keep(page, *drawings):
    """Draw digits and say what each was meant to be."""
    for count, (drawn, said) in enumerate(drawings, 1):
        right = sum(drawn == str(said) for drawn, said in drawings[:count])
        draw_and_say(page, drawn, said, f"{right} of {count} read right")
        next_digit(page)


def open_tab(page):
    page.get_by_role("link", name=strings("en")["train.title"], exact=True).click()
    expect(page.locator(CURVE)).to_be_visible()
    wait_until_drawn(page)
    page.get_by_role("tab", name="Your digits").click()


def row(page, name):
    """The cells of a row of the table: before, after, change."""
    cells = page.locator(f"{TABLE} tr").filter(has_text=name).locator("td")
    return [cells.nth(index) for index in (1, 2, 3)]


def test_own_digits_are_learned_from_and_tested(server, page):
    page.goto(f"{server}/train?lang=en")
    expect(page.locator(CURVE)).to_be_visible()
    wait_until_drawn(page)
    page.get_by_role("tab", name="Your digits").click()
    page.get_by_role("tabpanel").get_by_role("link", name="Draw digits").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("en")["draw.title"])

    open_page(page, server)
    keep(page, ("0", 0), ("7", 1), ("1", 1))
    open_tab(page)
    expect(page.get_by_text("3 digits, drawn or brought; 1 were misread at first.")).to_be_visible()
    wait_until_drawn(page)
    page.get_by_role("button", name=strings("en")["own_digits.fine_tune"].format(count=3)).click()
    before, after, change = row(page, "Your digits, trained on")
    expect(before).to_have_text("2 of 3 (67%)", timeout=PATIENCE)
    expect(page.get_by_text(FINISHED)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("After epoch 3.00 (step 96) this run's network reads")).to_be_visible(timeout=PATIENCE)
    expect(after).to_have_text(re.compile(r"[23] of 3"))
    expect(change).to_have_text(re.compile(r"0|\+1"))
    before, after, _ = row(page, "MNIST test set")
    facts = checkpoint.read_header(checkpoint.BUNDLED)["facts"]
    right = round(facts["test_accuracy"] * facts["test_samples"])
    expect(before).to_have_text(f"{right:,} of {facts['test_samples']:,} ({facts['test_accuracy']:.2%})")
    right = int(after.inner_text().split(" of ")[0].replace(",", ""))
    assert right > 9_700  # that of other digits little was forgotten is tested without a browser
    assert run_id(page)

    wait_until_drawn(page)
    page.reload()
    expect(page.get_by_text(FINISHED)).to_be_visible()
    expect(row(page, "Your digits, trained on")[0]).to_have_text("2 of 3 (67%)")
    expect(button(page, "Train 10 epochs")).to_be_enabled()  # the settings are those of a new network
    expect(page.get_by_text(strings("en")["own_digits.controls_note"])).to_be_visible()

    wait_until_drawn(page)
    page.get_by_role("link", name=strings("en")["draw.title"], exact=True).click()
    network = page.get_by_role("combobox", name="Network")
    expect(network).to_be_visible()
    wait_until_drawn(page)
    choose(network, page.get_by_role("option", name="Fine-tuned on your digits (3)"))
    wait_until_drawn(page)
    draw_with_mouse(page, DIGITS["0"])
    expect_read(page, "0")
    expect(page.get_by_text("Read by your run: Fine-tuned on your digits (3)")).to_be_visible()


def test_own_digits_are_mixed_into_an_ordinary_run(server, page):
    open_page(page, server)
    keep(page, ("0", 0))
    open_tab(page)
    page.get_by_text("Add them to normal training").click()
    wait_until_drawn(page)
    button(page, "One epoch").click()
    expect(page.get_by_text(strings("en")["own_digits.mixed_in"].format(count=1))).to_be_visible()
    before, after, _ = row(page, "Your digits, trained on")
    expect(before).to_have_text(re.compile("[01] of 1"))
    expect(after).to_have_text("1 of 1 (100%)", timeout=PATIENCE)
    expect(button(page, "Resume")).to_be_enabled(timeout=PATIENCE)
    expect(page.get_by_text("It was trained on all of them, so this is no test.")).to_be_visible()
    wait_until_drawn(page)
    button(page, "Stop").click()
    expect(button(page, "Stop")).to_be_disabled()
