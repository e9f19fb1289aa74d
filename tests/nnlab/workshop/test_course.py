"""What the bundled network is shown: mixed, renewed, and more of what it finds hard."""

from __future__ import annotations

import torch

from nnlab.config import ModelConfig
from nnlab.model import MLP
from nnlab.workshop import course as work
from nnlab.workshop.course import Course
from nnlab.workshop.handwriting import LEARNED


def test_a_pass_mixes_mnist_with_drawings_and_the_next_one_changes_both(tiny_digits):
    course, again = Course(tiny_digits, seed=1), Course(tiny_digits, seed=1)
    course.fill(0)
    first, held = course.data.train_images.clone(), course.data.train_images
    again.fill(0)
    assert torch.equal(first, again.data.train_images)
    assert torch.equal(course.data.train_labels, again.data.train_labels)
    course.fill(1)
    assert course.data.train_images is held  # what a run holds is what changes
    changed = (held != first).flatten(1).any(1)
    drawn = round(work.DRAWN_SHARE * len(first))
    assert int(changed[:drawn].sum()) == drawn // work.RENEWED
    assert changed[drawn:].float().mean() > 0.9
    known = {image.numpy().tobytes() for image in tiny_digits.train_images}
    assert all(image.numpy().tobytes() in known for image in held[drawn:])


def test_a_part_is_no_digit_and_the_rest_is_balanced():
    images, labels, styles = work.draw_for_training(750, torch.Generator().manual_seed(0))
    assert images.shape == (750, 28, 28)
    assert images.dtype == torch.uint8
    strange = styles == work.NO_STYLE
    assert int(strange.sum()) == 90
    assert labels[~strange].bincount().tolist() == [66] * 10
    assert [LEARNED[style].digit for style in styles[~strange].tolist()] == labels[~strange].tolist()
    assert 0 < int(strange[::5].sum()) < 45  # a fifth of the rows has some of them


class Certain(MLP):
    """A network that knows one answer: always 3, with probability 0.9."""

    def predict_proba(self, images: torch.Tensor) -> torch.Tensor:
        row = torch.full((10,), 0.1 / 9)
        row[3] = 0.9
        return row.expand(len(images), -1)


def test_hardness_is_the_probability_that_a_style_s_digit_does_not_get():
    model = Certain(ModelConfig((4,)))
    three, four = (next(i for i, style in enumerate(LEARNED) if style.digit == digit) for digit in (3, 4))
    labels, styles = torch.tensor([3, 3, 4, 7]), torch.tensor([three, three, four, work.NO_STYLE])
    hardness = work.find_hardness(model, torch.zeros(4, 28, 28, dtype=torch.uint8), labels, styles, len(LEARNED))
    assert hardness.shape == (len(LEARNED),)
    torch.testing.assert_close(hardness[[three, four]], torch.tensor([0.1, 1 - 0.1 / 9]))
    others = torch.ones(len(LEARNED), dtype=torch.bool)
    others[[three, four]] = False
    assert (hardness[others] == 0.5).all()  # never drawn: nobody knows


def test_a_course_may_hold_other_styles_or_no_drawings(tiny_digits):
    learned = [style for style in LEARNED if style.digit in (0, 1)]
    course = Course(tiny_digits, 1, learned, 0.5)
    course.fill(0)
    course.fill(1, Certain(ModelConfig((4,))))
    assert len(course.styles) == len(tiny_digits.train_labels) // 2
    assert course.weights.shape == (len(learned),)
    of_digits = course.styles != work.NO_STYLE
    assert set(course.data.train_labels[: len(course.styles)][of_digits].tolist()) == {0, 1}
    plain = Course(tiny_digits, 1, drawn_share=0.0)
    plain.fill(0)
    plain.fill(1, Certain(ModelConfig((4,))))
    known = sorted(image.numpy().tobytes() for image in tiny_digits.train_images)
    assert sorted(image.numpy().tobytes() for image in plain.data.train_images) == known


def test_what_is_hard_is_drawn_more_often_from_the_second_pass_on(tiny_digits):
    course = Course(tiny_digits, seed=1)
    model = Certain(ModelConfig((4,)))
    course.fill(0, model)
    assert course.weights is None
    course.fill(1, model)
    learned = torch.tensor([style.digit for style in LEARNED])
    seen = course.weights != 0.5 + work.LEAST_WEIGHT
    assert (course.weights[seen & (learned == 3)] < 0.17).all()
    assert (course.weights[seen & (learned != 3)] > 1).all()
    kept = course.weights
    course.fill(2, model)
    assert course.weights is kept  # measured again after a whole round of renewal


def test_a_course_goes_on_from_its_state(tiny_digits):
    course, other = Course(tiny_digits, seed=1), Course(tiny_digits, seed=1)
    model = Certain(ModelConfig((4,)))
    for epoch in range(3):
        course.fill(epoch, model)
    other.load_state_dict(course.state_dict())
    for each in (course, other):
        each.fill(3, model)
    assert torch.equal(course.data.train_images, other.data.train_images)
    assert torch.equal(course.data.train_labels, other.data.train_labels)
    assert torch.equal(course.styles, other.styles)
