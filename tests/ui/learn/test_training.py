"""The lesson on training: it asks first, its counts are right, and what it says of a run is what the run did."""

import numpy as np
import pytest
import torch

from nnlab import reader
from nnlab.config import TrainConfig
from nnlab.inspection.layers import gradients
from nnlab.records import Evaluation
from nnlab.runs import jobs
from nnlab.runs.messages import Evaluated
from nnlab.runs.run import Job
from nnlab.ui import state
from nnlab.ui.learn import training_curves, training_steps
from nnlab.ui.text import strings
from tests.ui.drawing import words

EN = strings("en")


@pytest.fixture
def lesson(open_page, monkeypatch):
    """A function that opens the lesson with built-in digits and returns its AppTest."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)

    def lesson(view: str = "steps", language: str = "en"):
        monkeypatch.setattr(state, "language", lambda: language)  # AppTest chooses by words that it asks for itself
        page = open_page("learn", language, lesson="training")
        if view != "steps":
            page.segmented_control(key="learn.training_view").set_value(view).run()
        assert not page.exception
        return page

    return lesson


def typed(page, name: str, value: int):
    return page.text_input(key=f"learn.training_{name}.typed").set_value(str(value)).run()


def test_the_steps_of_an_epoch_are_told_after_the_right_answer_only(lesson):
    """190 images, 64 at a time: 2 x 64 = 128, so a third step with 62. Ten epochs make 30 steps."""
    page = lesson()
    typed(page, "count", 190)
    guess = page.segmented_control(key="learn.training_guess_190_64")
    assert [int(option.content) for option in guess.proto.options] == [3, 64, 190]
    assert not page.latex
    guess.set_value(64).run()
    assert page.warning[0].value == EN["lesson_training.hint"].format(images="190", batch="64")
    assert not page.latex
    page.segmented_control(key="learn.training_guess_190_64").set_value(3).run()
    assert page.success[0].value == EN["lesson_training.right"].format(images="190", batch="64", steps="3")
    assert r"190 \div 64 = 2.97 \;\to\; \mathbf{3}" in page.latex[0].value
    said = words(page)
    assert EN["lesson_training.last_batch"].format(full="2", batch="64", rest=62) in said
    assert EN["lesson_training.whole_run"].format(epochs=10, steps="30") in said
    step = page.slider(key="learn.training_step_3")
    assert step.max == 3
    step.set_value(3).run()
    assert EN["lesson_training.agreement_batch"].format(batch="62") in [metric.label for metric in page.metric]


def test_the_notes_epoch_has_938_steps():
    plan = TrainConfig()
    assert (plan.training_images, plan.batch_size, plan.steps_per_epoch) == (60_000, 64, 938)
    assert plan.total_steps == 9_380


def test_an_epoch_uses_every_image_once():
    assert sorted(training_steps.order_of_epoch(200).tolist()) == list(range(200))


def test_a_direction_is_the_gradient_made_one_long():
    generator = np.random.default_rng(1)
    images, labels = generator.integers(0, 256, (5, 28, 28), dtype=np.uint8), np.arange(5, dtype=np.uint8)
    model = reader.twins().untrained.model
    found = gradients(model, torch.from_numpy(images) / 255, torch.arange(5))
    whole = torch.cat([part.flatten() for layer in found for part in (layer.weight, layer.bias)])
    direction = training_steps.direction(images, labels)
    torch.testing.assert_close(direction, whole / whole.norm())
    assert float(direction @ direction) == pytest.approx(1)


def test_a_sheet_shows_all_images_in_rows():
    images = np.zeros((23, 28, 28), np.uint8)
    images[21] = 255  # the second of the second row
    shown = training_steps.sheet(images)
    assert shown.shape == (56, 560)
    assert (shown[28:, 28:56] == 0).all()
    assert (shown == 0).sum() == 28 * 28


def finished(setup, test_losses) -> Job:
    """A run that has ended with these losses on the test set, before its training and after each epoch."""
    job = Job(setup)
    for epoch, loss in enumerate(test_losses):
        step = epoch * setup.train.steps_per_epoch
        with job.changed:
            job.receive(Evaluated(job.id, Evaluation(step, epoch, loss / 2, 0.995, loss, 0.838, 500, 10_000)))
    job.status = "finished"
    return job


@pytest.fixture
def started(monkeypatch):
    """The runs that the lesson starts: they have ended at once, with losses that are put into ``losses``."""
    found = {}

    def start(setup, owner=""):
        job = finished(setup, start.losses)
        found[job.id] = job
        return job

    start.losses, start.jobs = [2.3, 0.9, 0.6, 0.75], found
    monkeypatch.setattr(jobs, "start", start)
    monkeypatch.setattr(jobs, "get", found.get)
    return start


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("losses", "kind"), [([2.3, 0.9, 0.6, 0.75], "turns"), ([2.3, 0.9, 0.6], "falls")])
def test_a_guess_is_judged_by_what_the_visitors_own_run_did(lesson, started, language, losses, kind):
    started.losses = losses
    page = lesson("curves", language)
    assert page.button(key="learn.training_start").disabled
    page.radio(key="learn.training_expect_500").set_value("turns").run()
    page.button(key="learn.training_start").click().run()
    assert not page.exception
    texts = strings(language)
    said = words(page)
    assert texts["lesson_training.as_expected" if kind == "turns" else "lesson_training.otherwise"] in said
    expected = texts[f"lesson_training.measured_{kind}"].format(
        first="2.3000", start="0", lowest="0.6000", epoch="2", test=f"{losses[-1]:.4f}", epochs=len(losses) - 1,
        train=f"{losses[-1] / 2:.4f}",
    )  # fmt: skip
    assert expected in said
    assert "99.5%" in said
    assert "83.8%" in said


def test_the_run_is_of_as_many_images_as_chosen_and_the_next_has_another_seed(lesson, started):
    page = lesson("curves")
    page.radio(key="learn.training_expect_500").set_value("falls").run()
    page.button(key="learn.training_start").click().run()
    page.button(key="learn.training_start").click().run()
    page.segmented_control(key="learn.training_images").set_value(2000).run()
    assert EN["lesson_training.first_guess"] in words(page)  # another run is another question
    page.radio(key="learn.training_expect_2000").set_value("falls").run()
    page.button(key="learn.training_start").click().run()
    plans = [job.setup.train for job in started.jobs.values()]
    assert [(plan.training_images, plan.seed) for plan in plans] == [(500, 0), (500, 1), (2000, 0)]


def test_a_run_that_failed_says_why(lesson, started, monkeypatch):
    def refuse(setup, owner=""):
        job = Job(setup)
        with job.changed:
            job.become("failed", "server_full", "made up")
        started.jobs[job.id] = job
        return job

    monkeypatch.setattr(jobs, "start", refuse)
    page = lesson("curves")
    page.radio(key="learn.training_expect_500").set_value("falls").run()
    page.button(key="learn.training_start").click().run()
    assert page.error[0].value == EN["train.failed_server_full"]


@pytest.mark.mnist
def test_500_images_are_learned_by_heart(mnist):
    """The claim of the lesson, for one seed: the loss on the test set is lowest early, and rises."""
    from nnlab.training import TrainingRun

    setup = training_curves.setup_of(500, 0)
    run = TrainingRun(setup.model, setup.train, mnist)
    losses = []
    for epochs in (13, training_curves.EPOCHS - 13):  # with seed 0 it is lowest at epoch 13
        run.advance(epochs * run.steps_per_epoch)
        losses.append(run.evaluate())
    assert losses[1].test_loss > 1.1 * losses[0].test_loss
    assert losses[1].train_accuracy == 1
    assert losses[1].test_accuracy < 0.9
