"""The Train page: what it offers, what it says, and that its buttons steer the run."""

import math
from dataclasses import fields
from types import SimpleNamespace

import pytest

from nnlab import jobs, mnist_files
from nnlab.builtin import cache
from nnlab.config import PRESETS, DataConfig, ModelConfig, Setup, TrainConfig
from nnlab.history import Evaluation, History, StepRecord, to_rows
from nnlab.ui import controls, run_panel
from nnlab.ui.text import strings


class FakeJob:
    """A run that notes its commands and stands still; the real ones are tested in the browser."""

    id, owner, snapshot_step, data_root = "made-up", "", None, None
    images_per_second, seconds_left, elapsed_seconds, queue_place = 78_000.0, 83.4, 12.5, 2

    def __init__(self, setup: Setup, status: str = "running"):
        self.setup, self.status, self.commands = setup, status, []
        self.reason = jobs.Reason("crashed", "made up") if status == "failed" else None
        self.step, self.history = 50, History()
        self.data_source, self.data_root = "mnist", None
        self.is_fine_tuning, self.own_digits, self.own_scores = False, None, []
        records = [StepRecord(step, step / 100, 2 / step, 0.5, 0.01, 64) for step in range(1, 51)]
        self.history.add_steps(to_rows(records, [0.0] * 50))
        self.history.add_evaluation(Evaluation(50, 0.5, 0.3, 0.91, 0.35, 0.9, 10_000, 10_000))

    is_over = property(lambda self: self.status in jobs.OVER)
    epoch = property(lambda self: self.step / self.setup.train.steps_per_epoch)

    def __getattr__(self, name):
        if name not in ("pause", "resume", "step_once", "run_epoch", "stop", "set_learning_rate"):
            raise AttributeError(name)
        return lambda *values: self.commands.append((name, *values))

    def snapshot(self):
        return None

    def wait_for(self, *statuses, timeout):
        return self.status in statuses

    def wait_until(self, condition, timeout):
        return condition()


SETUP = Setup(ModelConfig((5,)), TrainConfig(epochs=2, training_images=600))


@pytest.fixture
def office(monkeypatch):
    """The registry of runs, filled by hand; ``started`` lists what the page started."""
    office = SimpleNamespace(jobs={}, started=[])

    def start(setup, *, paused=False, owner="", data_root=None, start_from=b"", own_digits=None):
        job = FakeJob(setup, "paused" if paused else "running")
        job.is_fine_tuning, job.start_from, job.own_digits = bool(start_from), start_from, own_digits
        office.started.append(job)
        office.jobs[job.id] = job
        return job

    monkeypatch.setattr(jobs, "start", start)
    monkeypatch.setattr(jobs, "get", office.jobs.get)
    monkeypatch.setattr(mnist_files, "has_mnist", lambda root=None: True)
    return office


@pytest.fixture
def open_run(office, open_page):
    """A function that opens the page on a run of a given status, found by its id in the address."""

    def open_run(status: str, language: str = "en", setup: Setup = SETUP):
        job = office.jobs["made-up"] = FakeJob(setup, status)
        page = open_page("train", language)
        page.query_params["run"] = job.id
        return page.run(), job

    return open_run


def words(page) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def buttons(page) -> dict[str, bool]:
    """The command buttons, and whether each can be pressed."""
    names = ("start", "pause", "resume", "step", "epoch", "stop", "reset")
    shown = {button.key.removeprefix("train."): not button.disabled for button in page.button}
    return {name: shown[name] for name in names if name in shown}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_first_visit_offers_the_notes_run(office, open_page, language):
    page = open_page("train", language)
    assert not page.exception
    assert page.selectbox(key="train.preset").value == "notes"
    assert buttons(page) == {"start": True, "step": True, "epoch": True, "stop": False, "reset": False}
    assert page.button(key="train.start").label == strings(language)["train.start_many"].format(epochs=10)
    assert "109,386" in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", {"pause": False, "step": False, "epoch": False, "stop": True, "reset": True}),
        ("starting", {"pause": False, "step": False, "epoch": False, "stop": True, "reset": True}),
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
    assert page.button(key="train.start").label == "Train 1 epoch"
    page.button(key="train.start").click().run()
    assert office.started[0].setup == PRESETS["quick"].setup
    assert "made-up" in page.query_params["run"]
    assert page.button(key="train.pause")


@pytest.mark.parametrize(("button", "command"), [("step", "step_once"), ("epoch", "run_epoch")])
def test_one_step_of_nothing_begins_a_run_that_pauses(office, open_page, button, command):
    page = open_page("train")
    page.button(key=f"train.{button}").click().run()
    assert office.started[0].status == "paused"
    assert office.started[0].commands == [(command,)]


@pytest.mark.parametrize(
    ("status", "button", "command"),
    [
        ("running", "pause", "pause"),
        ("paused", "resume", "resume"),
        ("paused", "step", "step_once"),
        ("paused", "epoch", "run_epoch"),
        ("paused", "stop", "stop"),
    ],
)
def test_a_button_commands_the_run(open_run, status, button, command):
    page, job = open_run(status)
    page.button(key=f"train.{button}").click().run()
    assert job.commands == [(command,)]


def test_the_learning_rate_changes_while_it_runs(open_run):
    page, job = open_run("running")
    page.number_input(key=run_panel.LIVE_RATE).set_value(0.002).run()
    assert job.commands == [("set_learning_rate", 0.002)]


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
@pytest.mark.parametrize("code", ["diverged", "data", "weights", "device", "out_of_memory", "killed", "crashed"])
def test_a_failure_is_a_sentence_with_a_remedy(open_run, office, language, code):
    page, job = open_run("failed", language)
    job.reason = jobs.Reason(code, "the details")
    page.run()
    assert not page.exception
    assert page.error[0].value == strings(language)[f"train.failed_{code}"].format(reason="the details")


def test_who_asks_for_mnist_without_it_is_told_what_to_do(office, open_page, monkeypatch):
    monkeypatch.setattr(mnist_files, "has_mnist", lambda root=None: False)
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
    keys = [controls.key_of(name) for name in names if name != "hidden_sizes"]
    return {key: page.session_state[key] for key in [*keys, controls.units_key(0), controls.LAYER_COUNT]}


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


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (0.53, "0.5 s"), (42.4, "42 s"), (125, "2 min 5 s"), (59.7, "1 min 0 s")]
)
def test_durations(monkeypatch, seconds, text):
    monkeypatch.setattr("nnlab.ui.state.language", lambda: "en")
    assert run_panel.duration(seconds) == text


@pytest.fixture
def bare_panel(monkeypatch):
    """The panel without its page: ``look()`` is the last one's redraw; what it draws and reruns it for is noted."""
    panel = SimpleNamespace(job=None, looks=[], drawn=[], reruns=[], look=lambda: panel.looks[-1]())
    monkeypatch.setattr(run_panel.st, "fragment", lambda run_every: lambda look: panel.looks.append(look) or look)
    monkeypatch.setattr(run_panel.st, "rerun", lambda: panel.reruns.append(panel.drawn[-1]))
    monkeypatch.setattr(run_panel, "_draw", lambda *_: panel.drawn.append(run_panel._identity(panel.job)))
    monkeypatch.setattr(run_panel.live, "forget", lambda: None)
    monkeypatch.setattr(run_panel.state, "current_job", lambda: panel.job)
    return panel


@pytest.mark.parametrize(("status", "snapshot_step"), [("paused", 50), ("paused", 51), ("finished", 60)])
def test_a_change_is_shown_before_the_whole_page_is_drawn_again(bare_panel, status, snapshot_step):
    """When the page's rerun begins, what the panel has just drawn is dropped: on a busy server that cost a second."""
    job = bare_panel.job = FakeJob(SETUP, "paused")
    job.snapshot_step = 49
    run_panel.panel(job, SETUP)
    job.status, job.snapshot_step = status, snapshot_step
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
        page.run()
        has_changed = button in buttons(page)
        state = page.get("progress")[0].proto.text
        assert state.startswith(says if has_changed else "Training"), f"{state}, after {reads} reads"
        is_over = has_changed and changes_to == "failed"
        assert len(page.error) == is_over
        assert ("train.live_rate" in [box.key for box in page.number_input]) != is_over
        seen.add(has_changed)
    assert seen == {True, False}


def test_what_was_learned_is_examined_when_the_run_ends(open_run, office, tiny_digits, monkeypatch):
    from nnlab.model import MLP
    from nnlab.ui import digits, examination

    page, job = open_run("running")
    assert strings("en")["train.examine_empty"] in words(page)
    shown = tiny_digits.test_images.numpy(), tiny_digits.test_labels.numpy()
    monkeypatch.setattr(digits, "load_test_set", lambda source, root: shown)
    job.status, job.snapshot_step, job.snapshot = "finished", 50, lambda: MLP(SETUP.model).eval()
    page.run()
    assert not page.exception
    found = page.session_state["train.examination"]
    assert found.samples == 200
    assert f"{found.right / 200:.2%}" in words(page)
    assert len(found.mistakes) == min(examination.SHOWN_MISTAKES, 200 - found.right)
    assert math.isclose(found.epoch, 50 / SETUP.train.steps_per_epoch)
