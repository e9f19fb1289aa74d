"""The Train page: what it offers, what it says, and that its buttons steer the run."""

import math
from dataclasses import fields
from types import SimpleNamespace

import pytest

from nnlab.config import PRESETS, DataConfig, ModelConfig, Setup, TrainConfig
from nnlab.model import MLP
from nnlab.records import Evaluation
from nnlab.runs import run
from nnlab.sources import mnist
from nnlab.sources.builtin import cache
from nnlab.ui import keys
from nnlab.ui.text import strings
from nnlab.ui.train import commands, run_panel
from tests.nnlab.short_runs import restless, snapshot_of, step_in
from tests.ui.train.fake_runs import SETUP, FakeJob
from tests.ui.train.reading import first, words

RESUME = [strings(language)["train.resume"] for language in ("en", "ko")]


@pytest.fixture
def open_run(office, open_page):
    """A function that opens the page on the visitor's run of a given status, found by its id in the address."""

    def open_run(status: str, language: str = "en", setup: Setup = SETUP, is_own: bool = True):
        job = office.jobs["made-up"] = FakeJob(setup, status)
        page = open_page("train", language)
        job.owner = page.session_state["owner"] if is_own else "somebody else"
        page.query_params["run"] = job.id
        return page.run(), job

    return open_run


def buttons(page) -> dict[str, bool]:
    """The command buttons, and whether each can be pressed; the first one by the name of what it does."""
    icons = {":material/pause:": "pause", ":material/play_arrow:": "start"}
    first_name = "resume" if first(page).label in RESUME else icons[first(page).icon]
    shown = {button.key.removeprefix("train."): not button.disabled for button in page.button}
    shown = {first_name: shown.pop("first"), **shown}
    names = ("start", "pause", "resume", "step", "epoch", "stop", "reset", "leave")
    return {name: shown[name] for name in names if name in shown}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_first_visit_offers_the_notes_run(office, open_page, language):
    page = open_page("train", language)
    assert not page.exception
    assert page.selectbox(key="train.preset").value == "notes"
    assert buttons(page) == {"start": True, "step": True, "epoch": True, "stop": False, "reset": False}
    assert first(page).label == strings(language)["train.start_many"].format(epochs=10)
    assert "109,386" in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", {"pause": True, "step": False, "epoch": False, "stop": True, "reset": True}),
        ("starting", {"pause": True, "step": False, "epoch": False, "stop": True, "reset": True}),
        ("running", {"pause": True, "step": False, "epoch": False, "stop": True, "reset": True}),
        ("paused", {"resume": True, "step": True, "epoch": True, "stop": True, "reset": True}),
        ("finished", {"start": True, "step": True, "epoch": True, "stop": False, "reset": True}),
        ("stopped", {"start": True, "step": True, "epoch": True, "stop": False, "reset": True}),
        ("failed", {"start": True, "step": True, "epoch": True, "stop": False, "reset": True}),
    ],
)
def test_every_state_of_a_run_offers_what_makes_sense(open_run, language, status, expected):
    page, _ = open_run(status, language)
    assert not page.exception
    assert buttons(page) == expected


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_start_on_a_new_server_says_why_it_takes_longer(open_run, language, monkeypatch):
    texts = strings(language)
    page, job = open_run("starting", language)
    job.data_source = "builtin"
    page.run()
    both = f"{texts['train.state_starting']} {texts['common.writing_digits']}"
    assert page.get("progress")[0].proto.text == both
    monkeypatch.setattr(cache, "is_written", lambda: True)
    page.run()
    assert page.get("progress")[0].proto.text == texts["train.state_starting"]


def test_start_starts_what_the_controls_say_and_puts_it_into_the_address(office, open_page):
    page = open_page("train")
    page.selectbox(key="train.preset").set_value("quick").run()
    assert first(page).label == "Train 1 epoch"
    first(page).click().run()
    assert office.started[0].setup == PRESETS["quick"].setup
    assert "made-up" in page.query_params["run"]
    assert "pause" in buttons(page)


@pytest.mark.parametrize(("button", "command"), [("step", "step_once"), ("epoch", "run_epoch")])
def test_one_step_of_nothing_begins_a_run_that_pauses(office, open_page, button, command):
    page = open_page("train")
    page.button(key=f"train.{button}").click().run()
    assert office.started[0].status == "paused"
    assert office.started[0].commands == [(command,)]


@pytest.mark.parametrize(
    ("status", "button", "command"),
    [
        ("running", "first", "pause"),
        ("starting", "first", "pause"),
        ("queued", "first", "pause"),
        ("paused", "first", "resume"),
        ("paused", "step", "step_once"),
        ("paused", "epoch", "run_epoch"),
        ("paused", "stop", "stop"),
    ],
)
def test_a_button_commands_the_run(open_run, status, button, command):
    page, job = open_run(status)
    page.button(key=f"train.{button}").click().run()
    assert job.commands == [(command,)]


def live_rate(page):
    """The field for the run's learning rate, or None."""
    return next((field for field in page.text_input if field.key == f"{keys.Train.LIVE_RATE}.typed"), None)


def test_the_learning_rate_changes_while_it_runs(open_run):
    page, job = open_run("running")
    live_rate(page).set_value("0,002").run()
    assert job.commands == [("set_learning_rate", 0.002)]
    assert live_rate(page).value == "0.002"


def test_the_field_for_the_learning_rate_shows_what_the_run_has_and_commands_nothing_untouched(open_run, monkeypatch):
    page, job = open_run("running")
    steps = []
    show = commands.number_field
    monkeypatch.setattr(
        commands,
        "number_field",
        lambda *args, step, **options: steps.append(step) or show(*args, step=step, **options),
    )
    job.learning_rate = 0.3  # another window's change, or one from before a reload
    page.run()
    assert live_rate(page).value == "0.3"
    assert steps[-1] == pytest.approx(0.01)  # + then gives 0.31
    page.run()
    assert not job.commands


@pytest.mark.parametrize("language", ["en", "ko"])
def test_another_visitors_run_can_be_watched_and_left_but_not_steered(open_run, office, language):
    page, job = open_run("running", language, is_own=False)
    assert buttons(page) == {"start": True, "step": False, "epoch": False, "stop": False, "leave": True}
    assert strings(language)["train.watching"].format(start=first(page).label) in words(page)
    assert live_rate(page) is None
    assert "steer" not in page.query_params
    assert job.steering_key not in words(page) + "".join(code.value for code in page.code)
    page.button(key="train.leave").click().run()
    assert not job.commands
    assert "run" not in page.query_params
    first(page).click().run()
    assert office.started[0].owner == page.session_state["owner"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_whom_the_owner_gave_the_link_to_steer_steers(open_run, language):
    page, job = open_run("running", language, is_own=False)
    page.query_params["steer"] = "a guess"
    page.run()
    assert strings(language)["train.watching"].format(start=first(page).label) in words(page)
    page.query_params["steer"] = job.steering_key
    page.run()
    assert strings(language)["train.steering"] in words(page)
    assert live_rate(page).value == str(job.learning_rate)
    first(page).click().run()
    assert job.commands == [("pause",)]
    assert job.steering_key in page.query_params["steer"]  # a reload may steer, too


def test_an_owner_finds_links_to_watch_and_to_steer(open_run):
    page, job = open_run("running")
    settings, watch, steer = [code.value.split("?")[1] for code in page.code]
    assert "run=" not in settings
    assert watch == f"run={job.id}"
    assert steer == f"run={job.id}&steer=the+key"


def test_an_address_that_the_browser_sends_late_does_not_bring_back_a_run_that_was_reset(open_run):
    page, job = open_run("running")
    page.button(key="train.reset").click().run()
    page.query_params["run"] = job.id
    page.run()
    assert "start" in buttons(page)
    assert "run" not in page.query_params
    assert strings("en")["train.lost_run"] not in words(page)


def test_reset_ends_the_run_and_clears_the_page(open_run):
    page, job = open_run("running")
    page.button(key="train.reset").click().run()
    assert job.commands == [("stop",)]
    assert "run" not in page.query_params
    assert "start" in buttons(page)


def test_numbers_say_what_they_were_measured_on(open_run):
    page, _ = open_run("running")
    metrics = {metric.label: metric for metric in page.metric}
    assert metrics["Test accuracy"].value == "90.00%"
    assert "10,000" in metrics["Test accuracy"].help
    assert "MNIST" in metrics["Test accuracy"].help


def test_controls_that_no_longer_match_the_run_are_told(open_run):
    page, _ = open_run("running")
    assert page.text_input(key="train.epochs.typed").value == "10"  # this visitor's own; the run has 2
    assert "no longer this run's" in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_visit_by_the_address_of_a_run_shows_its_settings(office, open_page, language):
    office.jobs["made-up"] = FakeJob(SETUP)
    page = open_page("home", language)
    page.switch_page("pages/train.py")
    page.query_params["run"] = "made-up"
    page.run()
    assert page.text_input(key="train.epochs.typed").value == "2"
    assert strings(language)["train.changed"].split("(")[0] not in words(page)


def test_a_run_that_is_gone_is_said_to_be_gone(office, open_page):
    page = open_page("train")
    page.query_params["run"] = "forgotten"
    page.run()
    assert strings("en")["train.lost_run"] in words(page)
    assert "start" in buttons(page)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("code", run.FAILURES)
def test_a_failure_is_a_sentence_with_a_remedy(open_run, office, language, code):
    page, job = open_run("failed", language)
    job.reason = run.Reason(code, "the details")
    page.run()
    assert not page.exception
    assert page.error[0].value == strings(language)[f"train.failed_{code}"]
    assert "the details" in [code.value for code in page.code]
    assert strings(language)["problems.details"] in [fold.label for fold in page.expander]


def test_who_asks_for_mnist_without_it_is_told_what_to_do(office, open_page, monkeypatch):
    monkeypatch.setattr(mnist, "has_mnist", lambda root=None: False)
    page = open_page("train", data="mnist")
    assert strings("en")["train.no_mnist"] in words(page)


def test_a_run_says_that_it_learns_from_the_built_in_digits(open_run):
    page, job = open_run("running")
    job.data_source = "builtin"
    page.run()
    assert strings("en")["train.no_mnist"] not in words(page)
    assert strings("en")["train.builtin_note"] in words(page)
    assert strings("en")["common.source_builtin"] in words(page)


def test_a_link_that_cannot_be_used_is_explained(office, open_page):
    page = open_page("home")
    page.switch_page("pages/train.py")
    page.query_params["hidden"] = "9999"
    page.query_params["epochs"] = "3"
    page.run()
    assert "`hidden=9999`" in words(page)
    assert page.text_input(key="train.epochs.typed").value == "3"


def settings(page) -> dict:
    """What the page's controls hold, whatever widgets they are."""
    assert not page.exception
    names = [setting.name for part in (ModelConfig, TrainConfig, DataConfig) for setting in fields(part)]
    of_settings = [keys.Train.setting(name) for name in names if name != "hidden_sizes"]
    return {key: page.session_state[key] for key in [*of_settings, keys.Train.units(0), keys.Train.LAYER_COUNT]}


@pytest.mark.parametrize("run", [{}, {"run": "made-up"}], ids=["no run", "a run"])
def test_a_link_that_a_messenger_changed_is_the_same_link(office, open_page, run):
    if run:
        office.jobs["made-up"] = FakeJob(SETUP)
    pages = []
    for appended in ({}, {"fbclid": "abc", "utm_source": "x"}):
        page = open_page("home")
        page.switch_page("pages/train.py")
        page.query_params.update({**run, **appended})
        pages.append(page.run())
    plain, changed = pages
    assert settings(changed) == settings(plain)
    assert [box.value for box in changed.warning] == [box.value for box in plain.warning]


@pytest.fixture
def bare_panel(monkeypatch):
    """The panel without its page: ``look()`` is the last one's redraw; what it draws and reruns it for is noted."""
    panel = SimpleNamespace(job=None, looks=[], drawn=[], reruns=[], look=lambda: panel.looks[-1]())
    monkeypatch.setattr(run_panel.st, "fragment", lambda run_every: lambda look: panel.looks.append(look) or look)
    monkeypatch.setattr(run_panel.st, "rerun", lambda: panel.reruns.append(panel.drawn[-1]))
    monkeypatch.setattr(run_panel, "_draw", lambda *_: panel.drawn.append(run_panel._identity(panel.job)))
    monkeypatch.setattr(run_panel.live_curve, "forget", lambda: None)
    monkeypatch.setattr(run_panel.state, "current_job", lambda: panel.job)
    return panel


@pytest.mark.parametrize(("status", "step"), [("paused", 50), ("paused", 51), ("finished", 60)])
def test_a_change_is_shown_before_the_whole_page_is_drawn_again(bare_panel, status, step):
    """When the page's rerun begins, what the panel has just drawn is dropped: on a busy server that cost a second."""
    job = bare_panel.job = FakeJob(SETUP, "paused")
    job.snapshot = lambda: snapshot_of(MLP(SETUP.model), 49)
    run_panel.panel(job, SETUP)
    job.status, job.snapshot = status, lambda: snapshot_of(MLP(SETUP.model), step)
    bare_panel.look()
    assert bare_panel.drawn[-1][1] == status
    assert not bare_panel.reruns
    bare_panel.look()
    assert bare_panel.reruns == bare_panel.drawn[-1:]
    run_panel.panel(job, SETUP)
    bare_panel.look()
    assert len(bare_panel.reruns) == 1


def test_a_start_is_followed_by_the_whole_page_at_once(bare_panel):
    """Without a run nothing looks again by itself."""
    run_panel.panel(None, SETUP)
    assert not bare_panel.reruns
    bare_panel.job = FakeJob(SETUP)
    bare_panel.look()
    assert bare_panel.reruns


class ChangingJob(FakeJob):
    """A run that pauses, or fails, while the page is being drawn: after its status has been read some times."""

    def __init__(self, changes_to: str, reads: int):
        self.changes_to, self.reads = changes_to, reads
        super().__init__(SETUP, changes_to)

    @property
    def status(self):
        self.reads -= 1
        return "running" if self.reads >= 0 else self.changes_to

    @status.setter
    def status(self, value):
        pass


@pytest.mark.parametrize(
    ("changes_to", "button", "says"), [("paused", "resume", "Paused"), ("failed", "start", "Ended early")]
)
def test_what_is_drawn_tells_of_one_moment(office, open_page, changes_to, button, says):
    page = open_page("train", "en")
    page.query_params["run"] = "made-up"
    seen = set()
    for reads in range(30):
        office.jobs["made-up"] = ChangingJob(changes_to, reads)
        office.jobs["made-up"].owner = page.session_state["owner"]
        page.run()
        has_changed = button in buttons(page)
        state = page.get("progress")[0].proto.text
        assert state.startswith(says if has_changed else "Training"), f"{state}, after {reads} reads"
        is_over = has_changed and changes_to == "failed"
        assert len(page.error) == is_over
        assert (live_rate(page) is not None) != is_over
        seen.add(has_changed)
    assert seen == {True, False}


def test_what_was_learned_is_examined_when_the_run_ends(open_run, office, tiny_digits, monkeypatch):
    from nnlab.ui import digits
    from nnlab.ui.train import examination

    page, job = open_run("running")
    assert strings("en")["train.examine_empty"] in words(page)
    shown = tiny_digits.test_images.numpy(), tiny_digits.test_labels.numpy()
    monkeypatch.setattr(digits, "load_test_set", lambda source, root: shown)
    job.status, job.snapshot = "finished", lambda: snapshot_of(MLP(SETUP.model), 50)
    page.run()
    assert not page.exception
    found = page.session_state["train.examination"]
    assert found.samples == 200
    assert f"{found.right / 200:.2%}" in words(page)
    assert len(found.mistakes) == min(examination.SHOWN_MISTAKES, 200 - found.right)
    assert math.isclose(found.epoch, 50 / SETUP.train.steps_per_epoch)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_says_with_how_many_threads_it_computes_if_more_than_one(open_run, language):
    page, job = open_run("running", language)
    sentence = strings(language)["train.this_run_threads"].format(threads=2)
    assert sentence not in words(page)
    job.threads = 2
    assert sentence in words(page.run())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_number_from_a_sample_says_so(open_run, language):
    page, job = open_run("running", language)
    job.history.add_evaluation(Evaluation(60, 0.6, 0.2, 0.93, 0.25, 0.92, 1000, 1000, is_sample=True))
    page.run()
    shown = {metric.label: metric for metric in page.metric}
    for name, value in (("loss", "0.2500"), ("accuracy", "92.00%")):
        metric = shown[strings(language)[f"train.metric_test_{name}"]]
        facts = {"samples": "1,000", "data": "MNIST", "epoch": "0.60"}
        assert metric.value == value
        assert metric.help == strings(language)[f"train.metric_sample_{name}_help"].format(**facts)


@pytest.mark.parametrize("fresh", [False, True])
def test_the_step_that_is_shown_is_that_of_the_weights_examined(monkeypatch, fresh, tiny_digits):
    from nnlab.ui import digits
    from nnlab.ui.train import examination

    shown = tiny_digits.test_images.numpy(), tiny_digits.test_labels.numpy()
    monkeypatch.setattr(digits, "load_test_set", lambda source, root: shown)
    monkeypatch.setattr(examination, "examine", lambda model, images, labels, job, step: (step_in(model), step))
    job = restless()
    job.request_snapshot = lambda: None
    in_the_weights, told = examination._examine_now(job, fresh)
    assert in_the_weights == told
