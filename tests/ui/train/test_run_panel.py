"""The run's panel: its buttons steer the run, its words and numbers tell of one moment."""

from types import SimpleNamespace

import pytest

from nnlab.model import MLP
from nnlab.records import Evaluation
from nnlab.runs import jobs, run
from nnlab.sources.builtin import cache
from nnlab.ui.text import strings
from nnlab.ui.train import commands, run_panel
from tests.nnlab.short_runs import snapshot_of
from tests.ui.drawing import words
from tests.ui.train.fake_runs import SETUP, FakeJob
from tests.ui.train.reading import buttons, figures, live_rate, state


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
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
def test_who_has_too_many_runs_finds_them(open_run, language, monkeypatch):
    page, job = open_run("failed", language)
    others = [FakeJob(SETUP, status) for status in ("paused", "finished")]
    for number, other in enumerate(others):
        other.id = f"run{number}"
    job.reason = run.Reason("too_many_runs", "made up")
    monkeypatch.setattr(jobs, "jobs_of", lambda owner: others)
    page.run()
    assert strings(language)["train.failed_too_many_runs"] in words(page)
    assert strings(language)["train.own_runs"] in words(page)
    assert f"(?lang={language}&run=run0)" in words(page)
    assert "run=run1" not in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_start_on_a_new_server_says_why_it_takes_longer(open_run, language, monkeypatch):
    texts = strings(language)
    page, job = open_run("starting", language)
    job.data_source = "builtin"
    page.run()
    both = f"{texts['train.state_starting']} {texts['common.writing_digits']}"
    assert state(page) == both
    monkeypatch.setattr(cache, "is_written", lambda: True)
    page.run()
    assert state(page) == texts["train.state_starting"]


@pytest.mark.parametrize(
    ("status", "button", "command"),
    [
        ("running", "first", "pause"),
        ("starting", "first", "pause"),
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


def test_numbers_say_what_they_were_measured_on(open_run):
    page, _ = open_run("running")
    accuracy = figures(page)["Test accuracy"]
    assert accuracy["value"] == "90.00%"
    assert "10,000" in accuracy["help"]
    assert "MNIST" in accuracy["help"]


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


@pytest.fixture
def bare_panel(monkeypatch):
    """The panel without its page: ``look()`` is the last one's redraw; what it draws and reruns it for is noted."""
    panel = SimpleNamespace(job=None, looks=[], drawn=[], reruns=[], look=lambda: panel.looks[-1]())
    monkeypatch.setattr(run_panel.st, "fragment", lambda look: panel.looks.append(look) or look)
    monkeypatch.setattr(run_panel.st, "rerun", lambda: panel.reruns.append(panel.drawn[-1]))
    monkeypatch.setattr(run_panel, "_draw", lambda *drawn: panel.drawn.append(drawn))
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
    _, shape, _, is_behind = bare_panel.drawn[-1]
    assert shape.status == status
    assert is_behind, "the curve asks for another look"
    assert not bare_panel.reruns
    bare_panel.look()
    assert bare_panel.reruns == bare_panel.drawn[-1:]
    run_panel.panel(job, SETUP)
    bare_panel.look()
    assert not bare_panel.drawn[-1][-1]
    assert len(bare_panel.reruns) == 1


def test_a_start_is_followed_by_the_whole_page(bare_panel):
    run_panel.panel(None, SETUP)
    assert not bare_panel.reruns
    bare_panel.job = FakeJob(SETUP)
    bare_panel.look()
    bare_panel.look()
    assert bare_panel.reruns


def test_the_rest_of_the_page_is_not_drawn_again_for_what_only_the_panel_shows(bare_panel):
    job = bare_panel.job = FakeJob(SETUP)
    run_panel.panel(job, SETUP)
    job.learning_rate, job.recovered_from = 0.5, 40
    for _ in range(2):
        bare_panel.look()
        assert not bare_panel.drawn[-1][-1]
    assert not bare_panel.reruns


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
        said = state(page)
        assert said.startswith(says if has_changed else "Training"), f"{said}, after {reads} reads"
        is_over = has_changed and changes_to == "failed"
        assert len(page.error) == is_over
        assert (live_rate(page) is not None) != is_over
        seen.add(has_changed)
    assert seen == {True, False}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_number_from_a_sample_says_so(open_run, language):
    page, job = open_run("running", language)
    job.history.add_evaluation(Evaluation(60, 0.6, 0.2, 0.93, 0.25, 0.92, 1000, 1000, is_sample=True))
    page.run()
    for name, value in (("loss", "0.2500"), ("accuracy", "92.00%")):
        figure = figures(page)[strings(language)[f"train.metric_test_{name}"]]
        facts = {"samples": "1,000", "data": "MNIST", "epoch": "0.60"}
        assert figure["value"] == value
        assert figure["help"] == strings(language)[f"train.metric_sample_{name}_help"].format(**facts)
