"""A scene holds what the networks compute, and its frames are drawn from it alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from nnlab.config import ModelConfig, Setup
from nnlab.inspection.layers import layer_outputs
from nnlab.replay import fonts, pictures
from nnlab.replay.fonts import font
from nnlab.replay.frames import Frames
from nnlab.replay.paper import DOWN, INK, UP, WIDTH, Paper, signed_picture
from nnlab.replay.recording import of_job
from nnlab.replay.scene import LINES, SHOWN_NEURONS, Scene, scene_of
from nnlab.replay.timeline import AXES
from tests.nnlab.replay.made import IMAGE, KEPT, WORDS, filmed, played_job, recorded
from tests.nnlab.short_runs import TRAIN


def part(frame: np.ndarray, x: float, y: float, width: float, height: float) -> np.ndarray:
    """A rectangle of a frame, in points."""
    scale = frame.shape[1] / WIDTH
    return frame[round(y * scale) : round((y + height) * scale), round(x * scale) : round((x + width) * scale)]


def matrix_of(frame: np.ndarray) -> np.ndarray:
    x, y, side = pictures.CONFUSION
    return part(frame, x, y, 10 * side, 10 * side)


def test_a_scene_holds_what_the_networks_compute():
    recording = recorded()
    scene = filmed(recording=recording)
    image = torch.from_numpy(IMAGE)[None]
    for index, state in enumerate(recording.states):
        model = state.model
        assert scene.probabilities[index] == pytest.approx(model.predict_proba(image)[0].numpy(), abs=1e-6)
        hidden, logits = (layer.output[0].numpy() for layer in layer_outputs(model, image))
        assert scene.outputs[0][index] == pytest.approx(hidden)  # all of the 8 are shown
        assert scene.outputs[1][index] == pytest.approx(logits)
        assert scene.pictures[index] == pytest.approx(model.linears[0].weight.detach().numpy().reshape(8, 28, 28))
        for digit, lines in enumerate(scene.lines[0][index]):
            terms = model.linears[1].weight[digit].detach().numpy() * hidden
            strongest = np.argsort(-np.abs(terms))[:LINES]
            assert sorted(lines[:, 0]) == sorted(strongest)
            assert lines[:, 1] == pytest.approx(terms[lines[:, 0].astype(int)], abs=1e-6)


def test_of_wide_layers_the_same_strongest_neurons_are_shown_all_along():
    job = played_job(setup=Setup(ModelConfig((40, 30)), TRAIN))
    recording = of_job(job)
    scene = scene_of(recording, "step", 5, IMAGE, None, {}, WORDS)
    assert [outputs.shape[1] for outputs in scene.outputs] == [SHOWN_NEURONS, SHOWN_NEURONS, 10]
    assert scene.sizes == [40, 30, 10]
    assert scene.pictures.shape == (len(KEPT), 20, 28, 28)
    sent = np.abs(recording.states[-1].model.linears[1].weight.detach().numpy()).sum(0)
    shown = np.sort(np.argsort(-sent)[:SHOWN_NEURONS])
    for index, state in enumerate(recording.states):
        hidden = layer_outputs(state.model, torch.from_numpy(IMAGE)[None])[0].output[0].numpy()
        assert scene.outputs[0][index] == pytest.approx(hidden[shown])


def test_a_network_without_hidden_layers_is_drawn_too():
    scene = scene_of(of_job(played_job(setup=Setup(ModelConfig(()), TRAIN))), "step", 3, IMAGE, 7, {}, WORDS)
    assert (len(scene.outputs), scene.lines, scene.pictures.shape[1]) == (1, [], 10)
    assert Frames(scene, 480)[2].shape == (320, 480, 3)


def test_no_class_gets_the_whole(monkeypatch):
    said = []
    monkeypatch.setattr(Paper, "text", lambda paper, x, y, text, *rest: said.append(text))
    sure = np.array([0.0, 0.0004, 0.9996, *[0.0] * 7])
    pictures.draw_network(Paper(480), replace(filmed(), probabilities=np.tile(sure, (len(KEPT), 1))), 0)
    assert [text for text in said if "%" in text] == ["0.0%", "0.0%", ">99.9%", *["0.0%"] * 7]


@pytest.mark.parametrize("axis", AXES)
def test_a_film_goes_along_its_axis_and_never_shows_a_state_before_its_step(axis):
    scene = filmed(axis)
    assert scene.frame_steps[[0, -1]].tolist() == [0, 24]
    assert (np.diff(scene.frame_steps) >= 0).all()
    assert (np.diff(scene.frame_places) >= 0).all()
    for frame, step in enumerate(scene.frame_steps.tolist()):
        assert KEPT[scene.state_of(frame)] == max(kept for kept in KEPT if kept <= step)
    assert np.isnan(scene.frame_losses[0])
    assert np.isnan(scene.frame_tests[0])
    assert scene.frame_tests[-1] == 0.74
    assert scene.frame_test_images[-1] == 200
    assert scene.frame_seconds[-1] == 48


def test_a_scene_comes_back_from_its_bytes():
    scene = filmed()
    back = Scene.from_bytes(scene.to_bytes())
    assert vars(back).keys() == vars(scene).keys()
    for name, value in vars(scene).items():
        np.testing.assert_equal(getattr(back, name), value, err_msg=name)


def test_a_frame_depends_on_nothing_but_its_number():
    scene = filmed()
    forward, backward = Frames(scene, 480), Frames(scene, 480)
    first, last = forward[0], forward[len(forward) - 1]
    assert (first.shape, first.dtype) == ((320, 480, 3), np.uint8)
    assert np.array_equal(backward[len(backward) - 1], last)
    assert np.array_equal(backward[0], first)
    assert not np.array_equal(first, last)
    with pytest.raises(IndexError):
        forward[len(forward)]
    assert len([*Frames(scene, 96)]) == len(scene)


def test_within_a_state_only_the_curve_and_the_heading_move():
    scene = filmed("epoch", 40)
    frames = Frames(scene, 480)
    same = [frame for frame in range(40) if KEPT[scene.state_of(frame)] == 8]
    one, other = frames[same[0]], frames[same[-1]]
    x, y, width, height = pictures.CURVE
    assert not np.array_equal(part(one, x, y, width, height), part(other, x, y, width, height))
    below = pictures.NETWORK[1]
    assert np.array_equal(part(one, 0, below, 960, 320), part(other, 0, below, 960, 320))
    assert np.array_equal(matrix_of(one), matrix_of(other))
    following = frames[same[-1] + 1]
    assert not np.array_equal(part(one, 0, below, 960, 320), part(following, 0, below, 960, 320))
    assert not np.array_equal(matrix_of(one), matrix_of(following))


def test_the_heading_has_the_units_of_its_language(monkeypatch):
    written = []
    monkeypatch.setattr(Paper, "text", lambda paper, x, y, text, *how, **more: written.append(text))
    scene = replace(filmed(), words=WORDS | {"seconds": "{seconds} Sek."})
    Frames(scene, 720)[len(scene) - 1]
    (heading,) = [text for text in written if "Sek." in text]
    assert heading.startswith("step 24  ·  epoch 3.00  ·  48.0 Sek.  ·  loss")


def test_a_matrix_that_has_not_been_counted_is_not_drawn():
    scene = filmed("step", 60)
    frames = Frames(scene, 480)
    of_state = {KEPT[scene.state_of(frame)]: frame for frame in range(60)}
    orange = [np.abs(matrix_of(frames[of_state[step]]).astype(int) - 255).sum() for step in (2, 5)]
    assert orange[0] < 0.02 * orange[1]


def test_the_mark_is_at_its_place():
    scene = filmed("epoch", 3)  # at 0, 1/2 and 1
    x, y, width, height = pictures.CURVE
    frame = Frames(scene, 960)[1]
    row = frame[round(y + 20)].astype(int).sum(axis=1)  # near the top, where the curve is only at the beginning
    dark = np.flatnonzero(row < 150)
    assert dark.mean() == pytest.approx(x + width / 2, abs=1.5)


def test_signs_have_their_colours_and_the_scale_is_symmetric():
    found = signed_picture(np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]]), 1.0)
    assert found[0].tolist() == [list(DOWN), list(DOWN), [255, 255, 255], list(UP), list(UP)]


def test_letters_that_no_font_has_are_not_promised(monkeypatch):
    monkeypatch.setattr(fonts, "_korean", lambda: None)
    assert fonts.can_write("Step 1,000 · loss 0.5")
    assert not fonts.can_write("단계")
    monkeypatch.setattr(fonts, "_korean", lambda: "NanumGothic.ttf")
    assert fonts.can_write("단계")


CLOTHES = ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]


def written_in(monkeypatch, scene: Scene) -> dict[str, list[tuple[float, float, float, float]]]:
    """What is written in a film's first frame, and the places of each: left, top, right, bottom, in points."""
    found: dict[str, list] = {}
    across, upright = Paper.text, Paper.upright

    def note(paper, turned, x, y, text, size, anchor):
        left, top, right, bottom = font(round(size * paper.scale)).getbbox(text, anchor=anchor)
        box = [side / paper.scale for side in (left, top, right, bottom)]
        if turned:
            box = [-(box[3] - box[1]) / 2, -box[2], (box[3] - box[1]) / 2, 0]
        found.setdefault(text, []).append((x + box[0], y + box[1], x + box[2], y + box[3]))

    def text(paper, x, y, text, size=14, color=INK, anchor="lm"):
        note(paper, False, x, y, text, size, anchor)
        across(paper, x, y, text, size, color, anchor)

    def up(paper, x, y, text, size=14, color=INK):
        note(paper, True, x, y, text, size, "lt")
        upright(paper, x, y, text, size, color)

    monkeypatch.setattr(Paper, "text", text)
    monkeypatch.setattr(Paper, "upright", up)
    Frames(scene, 720)[0]
    return found


def test_clothes_are_written_by_their_names_and_nothing_lies_on_anything_else(monkeypatch):
    scene = replace(filmed(), names=CLOTHES)
    assert Scene.from_bytes(scene.to_bytes()).names == CLOTHES
    written = written_in(monkeypatch, scene)
    for name in CLOTHES:
        assert len(written[name]) == 3  # beside the last layer, and on two sides of the matrix
    boxes = [(text, box) for text, places in written.items() for box in places]
    for index, (text, (left, top, right, bottom)) in enumerate(boxes):
        assert 0 <= left < right <= WIDTH
        for other, (x0, y0, x1, y1) in boxes[:index]:
            assert right <= x0 + 1 or x1 <= left + 1 or bottom <= y0 + 1 or y1 <= top + 1, (text, other)


def test_a_film_of_digits_has_no_upright_names(monkeypatch):
    written = written_in(monkeypatch, filmed())
    assert "ankle boot" not in written
    assert len([1 for place in written["7"] if place[0] > pictures.CONFUSION[0] - 30]) >= 2


def test_letters_that_come_with_pillow_are_told_from_those_that_do_not():
    unknown = bytes(font(20).getmask("\ufffe"))
    for letter in "a·±…0%":
        assert fonts.is_latin(letter)
        assert bytes(font(20).getmask(letter)) != unknown
    for letter in "é–—×가お":
        assert not fonts.is_latin(letter)
