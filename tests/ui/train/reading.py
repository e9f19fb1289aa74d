"""What stands on the Train page."""

from nnlab.ui import keys
from nnlab.ui.text import strings
from tests.ui.drawing import all_sent_to, sent_to

RESUME = [strings(language)["train.resume"] for language in ("en", "ko")]


def words(page) -> str:
    """All text on the page, but for what its own elements show."""
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def links(page) -> list[str]:
    """The addresses to hand on: of the settings, to watch a run and to steer it."""
    return [link["address"] for link in all_sent_to(page, "nnlab_link")]


def first(page):
    """The first button: start, pause or resume."""
    return page.button(key="train.first")


def buttons(page) -> dict[str, bool]:
    """The command buttons, and whether each can be pressed; the first one by the name of what it does."""
    icons = {":material/pause:": "pause", ":material/play_arrow:": "start"}
    first_name = "resume" if first(page).label in RESUME else icons[first(page).icon]
    shown = {button.key.removeprefix("train."): not button.disabled for button in page.button}
    shown = {first_name: shown.pop("first"), **shown}
    names = ("start", "pause", "resume", "step", "epoch", "stop", "reset", "leave")
    return {name: shown[name] for name in names if name in shown}


def live_rate(page):
    """The field for the run's learning rate, or None."""
    return next((field for field in page.text_input if field.key == f"{keys.Train.LIVE_RATE}.typed"), None)


def state(page) -> str:
    """The sentence on what the run is doing."""
    return sent_to(page, "nnlab_run_state")["state"]["words"]


def figures(page) -> dict[str, dict[str, str]]:
    """The run's numbers by their labels, each with its "value" and "help"."""
    return {figure["label"]: figure for figure in sent_to(page, "nnlab_run_numbers")["numbers"]}
