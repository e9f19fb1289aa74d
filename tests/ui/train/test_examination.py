"""What a run has learned, examined: when it ends, and with the weights of the step that is told."""

import math

import pytest

from nnlab.model import MLP
from nnlab.ui.text import strings
from tests.nnlab.short_runs import restless, snapshot_of, step_in
from tests.ui.train.fake_runs import SETUP
from tests.ui.train.reading import words


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
