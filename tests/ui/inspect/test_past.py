"""A run looked at from an earlier step: every section has those weights, and the map keeps its axes."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.torch

from nnlab import evaluation
from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.inspection.changes import Temperature
from nnlab.inspection.map import principal_plane, representations, same_class_neighbours
from nnlab.model import MLP
from nnlab.runs.run import Job
from nnlab.runs.snapshot import Snapshot
from nnlab.ui import keys, readers
from nnlab.ui.inspect.past import NEWEST
from nnlab.ui.numbers import percent, probability_percent
from nnlab.ui.text import fill, strings
from tests.ui.drawing import sent_to, words
from tests.ui.inspect.networks import SIZES

CONFIG = ModelConfig(SIZES, "tanh", initialization="torch")
TRAIN = TrainConfig(batch_size=100, training_images=1000, epochs=4)  # 10 steps an epoch
KEPT = (0, 1, 2, 5, 10, 20)
STATE = keys.Inspect.STATE


def network_at(step: int) -> MLP:
    """Another one at each step, its weights in 16 bits as they are kept."""
    return MLP(CONFIG, seed=step).half().float().eval()


def run_with(steps: tuple[int, ...], newest: int | None = 24) -> Job:
    job = Job(Setup(CONFIG, TRAIN))
    job.status = "stopped"
    for step in steps:
        job.trail.add(Snapshot(step, CONFIG, safetensors.torch.save(network_at(step).state_dict())))
    if newest is not None:
        job._snapshot = Snapshot(newest, CONFIG, safetensors.torch.save(network_at(newest).state_dict()))
    return job


@pytest.fixture
def looking(opened, monkeypatch):
    """A function that opens a section on such a run, with others to choose as well, and returns page and run."""

    def looking(section: str, steps: tuple[int, ...] = KEPT, *others: Job, language: str = "en"):
        job = run_with(steps)
        monkeypatch.setattr(readers, "own_jobs", lambda: [job, *others])
        page = opened(section, language)
        page.selectbox(key="inspect.network").set_value(job.id).run()
        assert not page.exception
        return page, job

    return looking


def at(page, step: int):
    page.select_slider(key=STATE).set_value(step).run()
    assert not page.exception
    return page


@pytest.mark.parametrize("section", ["units", "map"])
def test_the_slider_has_the_kept_steps_and_the_newest_and_begins_with_that(looking, section):
    page, _ = looking(section)
    (slider,) = page.select_slider
    said = strings("en")
    assert slider.options == [
        *(said["past.step"].format(step=step) for step in KEPT),
        said["past.newest"].format(step=24),
    ]
    assert slider.value == NEWEST
    assert slider.proto.label_visibility.value == slider.proto.label_visibility.VISIBLE


def test_a_run_with_one_state_and_the_bundled_network_have_no_slider(looking):
    page, _ = looking("map", ())
    assert not page.select_slider
    page.selectbox(key="inspect.network").set_value("bundled").run()
    assert not page.exception
    assert not page.select_slider


@pytest.mark.parametrize("step", [0, 5, NEWEST])
def test_a_section_looks_at_the_weights_of_the_chosen_step(looking, tested_digits, step):
    page, _ = looking("units")
    at(page, step)
    images, _ = tested_digits()
    model = network_at(24 if step == NEWEST else step)
    probabilities = model.predict_proba(evaluation.to_float(images[:1]))[0].tolist()
    digit = probabilities.index(max(probabilities))
    said = strings("en")["inspect.reads"].format(digit=digit, probability=probability_percent(probabilities[digit]))
    assert said in words(page)
    if step == NEWEST:
        assert "Weights after step 24." in words(page)
    else:
        assert f"as it was after step {step}" in words(page)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("step", "epoch"), [(0, "0.00"), (5, "0.50"), (NEWEST, "2.40")])
def test_the_map_of_every_step_has_the_axes_of_the_last_kept(looking, tested_digits, drawn, language, step, epoch):
    page, _ = looking("map", language=language)
    page.segmented_control(key=keys.Inspect.MAP_LAYER).set_value(2).run()
    at(page, step)
    images, labels = tested_digits()
    grey = evaluation.to_float(images)
    plane = principal_plane(representations(network_at(20), grey)[2])
    number = 24 if step == NEWEST else step
    points = representations(network_at(number), grey)[2]
    places, sent = plane.place(points), sent_to(page, "nnlab_point_map")
    span = max(np.ptp(places.numpy(), axis=0))
    assert np.array(sent["places"]).reshape(-1, 2) == pytest.approx(places.numpy() / span, abs=2e-3)
    assert sent["mark"] == pytest.approx((places[0] / span).tolist(), abs=2e-3)
    said = strings(language)
    share = same_class_neighbours(places, labels)
    title = fill(said["failures.map_title"], share=percent(share))
    assert sent["words"]["title"] == f"{said['past.at'].format(step=number, epoch=epoch)} · {title}"
    whole, in_map = list(drawn["inspect.apart"][1].values())[1:]
    assert (whole[2], in_map[2]) == pytest.approx((same_class_neighbours(points, labels), share))
    assert f"**{percent(plane.shares_of(points).sum().item())}**" in words(page)
    assert said["past.axes"].format(step=20) in words(page)


def test_pixels_lie_where_they_lie_at_every_step(looking):
    page, _ = looking("map")
    before = sent_to(page, "nnlab_point_map")["places"]
    assert sent_to(at(page, 1), "nnlab_point_map")["places"] == before
    assert strings("en")["past.pixels"] in words(page)


def test_another_run_is_looked_at_from_the_step_nearest_to_the_chosen_one(looking):
    other = run_with((0, 2, 10))
    other.status = "finished"  # so that the menu tells the two apart
    page, _ = looking("units", KEPT, other)
    at(page, 5)
    page.selectbox(key="inspect.network").set_value(other.id).run()
    assert not page.exception
    assert page.select_slider(key=STATE).value == 2
    assert "as it was after step 2:" in words(page)


def test_the_newest_stays_chosen_while_the_run_goes_on(looking):
    page, job = looking("units")
    job._snapshot = Snapshot(31, CONFIG, safetensors.torch.save(network_at(31).state_dict()))
    page.run()
    assert page.select_slider(key=STATE).value == NEWEST
    assert "Weights after step 31." in words(page)


def test_what_is_changed_by_surgery_is_changed_at_every_step(looking):
    page, job = looking("surgery")
    page.session_state[keys.CHANGES] = {job.id: (Temperature(2.0),)}
    at(page, 2)
    said = words(page)
    assert "as it was after step 2" in said
    assert strings("en")["common.changed_words"].partition("{words} ")[2].format(count=1) in said
