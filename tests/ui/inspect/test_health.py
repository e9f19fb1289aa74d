"""The section on dead units: what it counts, that silent is not dead, and the set-ups behind its two buttons."""

import pytest
import torch

from nnlab.config import MAX_SEED, PRESETS, ModelConfig
from nnlab.inspection.health import unit_health
from nnlab.model import MLP
from nnlab.runs import jobs
from nnlab.training import TrainingRun
from nnlab.ui.inspect import health
from nnlab.ui.text import strings
from tests.ui.drawing import words
from tests.ui.inspect.networks import run_of
from tests.ui.inspect.stand_ins import CONFIGS, stand_in
from tests.ui.train.fake_runs import FakeJob


@pytest.fixture
def model(monkeypatch):
    """Of twelve units the second and the last are dead, the others on for every image."""
    model = stand_in(monkeypatch, MLP(ModelConfig((12,), input_normalization="none")))
    with torch.no_grad():
        model.linears[0].weight.zero_()
        model.linears[0].bias.fill_(1.0)
        model.linears[0].bias[[1, 11]] = -1.0
    return model


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_dead_are_counted_and_named(open_page, model, mnist_folder, language):
    page = open_page("inspect", language, section="health")
    assert not page.exception
    text, count = strings(language), len(mnist_folder["t10k-images-idx3-ubyte"])
    cell = text["health.cell"].format(count=2, share="16.7%").replace(" ", "\u00a0")
    assert f"| {text['health.row_dead']} | {cell} |" in words(page)
    assert text["health.not_dead"].format(silent=2, units=12, dead=2, images=count) in words(page)
    assert text["health.dead_units"].split("{numbers}")[0].split("}")[-1] + "2, 12" in words(page)


def test_a_unit_that_sleeps_for_this_image_only_is_silent_and_not_dead(open_page, model, mnist_folder):
    images = mnist_folder["t10k-images-idx3-ubyte"]
    lit = next(pixel for pixel in range(784) if images[1].flatten()[pixel] > 200 and images[0].flatten()[pixel] < 50)
    with torch.no_grad():
        model.linears[0].bias[0] = -0.5
        model.linears[0].weight[0, lit] = 1.0
    page = open_page("inspect", section="health")
    text = strings("en")["health.not_dead"]
    assert text.format(silent=3, units=12, dead=2, images=len(images)) in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_network_without_hidden_layers_has_none(open_page, monkeypatch, language):
    stand_in(monkeypatch, MLP(CONFIGS["none"]))
    page = open_page("inspect", language, section="health")
    assert not page.exception
    assert page.info[0].value == strings(language)["health.no_hidden"]


@pytest.mark.parametrize("name", health.SETUPS)
def test_a_button_opens_the_train_page_with_its_set_up(open_page, monkeypatch, model, name):
    monkeypatch.setattr(jobs, "start", lambda setup, **options: FakeJob(setup))
    page = open_page("train")  # its controls have been used before
    page.switch_page("pages/inspect.py").run()
    page.segmented_control(key="inspect.section").set_value("health").run()
    page.button(key=f"inspect.{name}").click().run()
    assert not page.exception
    setup = health.SETUPS[name]
    assert page.session_state["train.activation"] == setup.model.activation
    assert page.session_state["train.learning_rate"] == setup.train.learning_rate
    assert page.session_state["train.units.0"] == 128
    assert page.session_state["train.layer_count"] == 1


@pytest.mark.parametrize("hidden", ["train", "play"])
def test_the_set_ups_are_offered_where_train_is_there(open_page, model, hidden):
    page = open_page("inspect", section="health", hide=hidden)
    offered = {button.key for button in page.button} & {f"inspect.{name}" for name in health.SETUPS}
    assert len(offered) == (0 if hidden == "train" else len(health.SETUPS))


def test_the_two_set_ups_differ_in_what_the_button_says():
    kill, revive = health.SETUPS["kill"], health.SETUPS["revive"]
    assert kill == PRESETS["dead"].setup
    assert (kill.model.hidden_sizes, kill.model.initialization) == (
        revive.model.hidden_sizes,
        revive.model.initialization,
    )
    assert (kill.model.activation, revive.model.activation) == ("relu", "leaky_relu")
    assert (kill.train.learning_rate, revive.train.learning_rate) == (0.5, 0.05)


@pytest.mark.parametrize("name", health.SETUPS)
def test_each_button_starts_its_run_and_train_shows_it(open_page, monkeypatch, model, name):
    started = []

    def start(setup, **options):
        started.append(setup)
        return FakeJob(setup)

    monkeypatch.setattr(jobs, "start", start)
    page = open_page("inspect", section="health")
    page.button(key=f"inspect.{name}").click().run()
    assert not page.exception
    assert started == [health.SETUPS[name]]
    assert page.session_state["run_id"] == FakeJob.id
    job, _ = run_of(monkeypatch)  # in the place of the one that was started, which has no weights
    page.session_state["inspect.started"] = job.id
    page.switch_page("pages/inspect.py").run()
    assert not page.exception
    assert page.selectbox(key="inspect.network").value == job.id


@pytest.mark.parametrize("seed", [0, 4])
@pytest.mark.usefixtures("one_thread")
def test_kill_it_kills_and_revive_it_does_not(mnist, seed):
    """Two hundred steps are enough: over ten seeds 124 to 126 of 128 units are dead after an epoch, and none."""
    dead = {}
    for name, setup in health.SETUPS.items():
        train = type(setup.train)(**{**vars(setup.train), "seed": seed})
        run = TrainingRun(setup.model, train, mnist)
        run.advance(200)
        (found,) = unit_health(run.model.eval(), mnist.test_images)
        dead[name] = len(found.dead)
        assert seed <= MAX_SEED
        assert run.failure is None
    assert dead["kill"] > 100
    assert dead["revive"] == 0


def test_the_squares_that_the_first_sentence_names_stand_before_the_counts(open_page, model):
    page = open_page("inspect", section="health")
    shown = [element for element in page.main if element.type in ("plotly_chart", "markdown")]
    squares = [place for place, element in enumerate(shown) if element.type == "plotly_chart"]
    row = strings("en")["health.row_dead"]
    counts = [place for place, element in enumerate(shown) if element.type == "markdown" and row in element.value]
    assert max(squares) < min(counts)
