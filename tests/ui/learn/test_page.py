"""The lessons: they open in both languages, and the numbers they show are the right ones."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nnlab import reader
from nnlab.checkpoint import load_bundled
from nnlab.config import ModelConfig
from nnlab.evaluation import to_float
from nnlab.model import MLP
from nnlab.sources.builtin.generator import FLOW_STEPS, LATENTS, load_generator
from nnlab.ui import digits, shell
from nnlab.ui.layout import rates
from nnlab.ui.learn.course import LESSONS
from nnlab.ui.learn.descent import SURFACES, descend
from nnlab.ui.learn.formula import aligned, factor, matrix, number, weighted_sum
from nnlab.ui.learn.student import Student, check_gradient
from nnlab.ui.learn.writing import follow, influential_at_end, most_influential, sheet, write
from nnlab.ui.numbers import probability_percent
from nnlab.ui.text import strings

SEVENS = torch.tensor([7])
SEVEN = to_float(load_generator().decode(load_generator().imagine(SEVENS), SEVENS))[0]  # (H, W)


@pytest.fixture
def open_lesson(open_page, monkeypatch):
    """A function that opens a lesson and returns its AppTest; without MNIST, so with digits drawn by code."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    return lambda lesson, language="en": open_page("learn", language, lesson=lesson)


def formulas(page) -> str:
    return "\n".join(element.value for element in page.latex)


def words(page) -> str:
    return "\n".join(element.value for element in page.markdown)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_opens_from_its_link(open_lesson, lesson, language):
    page = open_lesson(lesson, language)
    assert not page.exception
    assert page.segmented_control(key="learn.lesson").value == lesson
    assert strings(language)["learn.next"] == page.button(key="learn.next").label


def test_next_and_previous_walk_through_the_lessons_and_write_the_address(open_lesson):
    page = open_lesson("neuron")
    assert page.button(key="learn.previous").disabled
    for lesson in LESSONS[1:]:
        page.button(key="learn.next").click().run()
        assert page.query_params["lesson"] == lesson
    assert page.button(key="learn.next").disabled
    page.button(key="learn.previous").click().run()
    assert page.segmented_control(key="learn.lesson").value == LESSONS[-2]


def test_the_order_needs_nothing_before_it_is_explained():
    """Softmax before the loss, the loss before descent, steps before backpropagation, all of them before training."""
    order = [
        "neuron",
        "layer",
        "network",
        "forward",
        "loss",
        "descent",
        "backward",
        "by_hand",
        "fitting",
        "plane",
        "training",
        "inside",
    ]
    assert list(LESSONS) == [*order, "writing"]


def test_the_menu_of_a_narrow_window_is_the_same_choice(open_lesson):
    page = open_lesson("loss")
    menu = page.selectbox(key="learn.lesson_menu")
    assert menu.value == "loss"
    assert menu.options == [f"{number} {strings('en')[f'learn.{name}']}" for number, name in enumerate(LESSONS, 1)]
    menu.set_value("training").run()
    assert page.query_params["lesson"] == "training"
    assert page.segmented_control(key="learn.lesson").value == "training"
    page.button(key="learn.next").click().run()
    assert page.selectbox(key="learn.lesson_menu").value == "inside"


def test_an_unknown_lesson_in_the_address_opens_the_first(open_lesson):
    assert open_lesson("advanced-wizardry").segmented_control(key="learn.lesson").value == "neuron"


def test_a_neuron_by_hand(open_lesson):
    """x = (1, 0.5, -1), w = (0.8, -0.4, 0.3), b = 0.1: 0.8 - 0.2 - 0.3 + 0.1 = 0.4. With b = -1: -0.7, ReLU gives 0."""
    page = open_lesson("neuron")
    assert r"\mathbf{0.40}" in formulas(page)
    page.slider(key="learn.neuron_b").set_value(-1.0).run()
    assert r"\mathbf{-0.70}" in formulas(page)
    assert r"\mathbf{0.000}" in formulas(page)
    page.segmented_control(key="learn.neuron_activation").set_value("tanh").run()
    assert f"{math.tanh(-0.7):.3f}" in formulas(page)


def test_a_layer_by_hand(open_lesson):
    """W a + b = (1 - 0.25, -0.5 - 0.5 + 0.5, 0.5 + 0.5 - 0.5), then V z + c, at once and stepwise."""
    page = open_lesson("layer")
    z = np.array([0.75, -0.5, 0.5])
    stepwise = np.array([[1, -1, 2], [2, 1, -1]]) @ z + np.array([0.2, -0.3])
    assert matrix([[value] for value in z], 2) in formulas(page)
    assert formulas(page).count(matrix([[value] for value in stepwise], 2)) == 4  # two ways, in two forms
    assert page.success[0].value == strings("en")["learn.layer_equal"]
    page.segmented_control(key="learn.layer_activation").set_value("relu").run()
    assert "0.50" in page.success[0].value  # ReLU took z_2 = -0.5 away, which V counts once


def test_the_notes_network_has_its_parameters(open_lesson):
    """784 x 128 + 128 = 100,480; 128 x 64 + 64 = 8,256; 64 x 10 + 10 = 650; together 109,386."""
    page = open_lesson("network")
    for part in ("784 × 128 + 128", "100,480", "8,256", "650", "109,386"):
        assert part in words(page)
    page.segmented_control(key="learn.network_layers").set_value(0).run()
    assert "**7,850**" in words(page)


@pytest.fixture
def told(monkeypatch):
    """What is said of every chart that is drawn, in their order, to those who cannot see it."""
    alts, show = [], shell.show_chart

    def note(figure, key, alt, **rest):
        alts.append(alt)
        return show(figure, key, alt, **rest)

    monkeypatch.setattr(shell, "show_chart", note)
    return alts


def test_those_who_hear_a_chart_hear_the_signs_that_others_see(open_lesson, told):
    """z = 0.8 - 0.2 - 0.3 - 0.5 = -0.2; and a right answer that is certain costs nothing, and not less."""
    alts = strings("en")
    page = open_lesson("neuron")
    page.slider(key="learn.neuron_b").set_value(-0.5).run()
    assert alts["learn.neuron_alt"].format(z="−0.20", a="0.00") in told
    page = open_lesson("loss")
    page.slider(key="learn.loss_p").set_value(1.0).run()
    assert alts["learn.loss_alt"].format(p="1.000", loss="0.000") in told


def test_a_guess_among_ten_costs_2_303_nats(open_lesson):
    page = open_lesson("loss")
    assert page.metric[0].value == "2.303 nats"
    page.slider(key="learn.loss_p").set_value(0.5).run()
    assert page.metric[0].value == "0.693 nats"


def test_the_loss_of_logits_is_that_of_torch(open_lesson):
    page = open_lesson("loss")
    page.segmented_control(key="learn.loss_way").set_value("logits").run()
    expected = F.cross_entropy(torch.tensor([[1.0, 2.0, 0.0]]), torch.tensor([0])).item()
    assert rf"\mathbf{{{expected:.3f}}}" in formulas(page)


def test_forward_propagation_of_a_built_in_digit(open_lesson):
    page = open_lesson("forward")
    assert strings("en")["learn.no_mnist"].format(lesson=13) in [caption.value for caption in page.caption]
    images, labels = digits.load_test_set("builtin")
    shown = to_float(torch.from_numpy(images[np.flatnonzero(labels == 3)[:1]]))  # (1, H, W)
    for name, network in zip(("untrained", "trained"), reader.twins(), strict=True):
        page.pills(key="learn.network_from_untrained").set_value(name).run()
        probabilities = network.model.predict_proba(shown)[0]
        assert f"**{int(probabilities.argmax())}** ({probability_percent(probabilities.max())})" in words(page)
    assert "**3**" in words(page)


def test_steps_lower_the_loss_and_start_again_forgets_them(open_lesson):
    page = open_lesson("backward")
    page.segmented_control(key="learn.backward_view").set_value("step").run()
    first = page.session_state["learn.student"].losses[0]
    assert f"**{first:.4f}**" in words(page)
    page.button(key="learn.take_1").click().run()
    page.button(key="learn.take_10").click().run()
    losses = page.session_state["learn.student"].losses
    assert len(losses) == 12
    assert losses == sorted(losses, reverse=True)
    assert f"**{losses[-1]:.4f}**" in words(page)
    page.button(key="learn.start_again").click().run()
    assert page.session_state["learn.student"].losses == [first]


def test_the_gradient_check_agrees(open_lesson):
    page = open_lesson("backward")
    page.segmented_control(key="learn.backward_view").set_value("check").run()
    assert not page.exception
    student = page.session_state["learn.student"]
    gradient = student.gradients()[0].weight
    place = (0, *divmod(int(gradient.abs().argmax()), 784))
    check = check_gradient(student.model, student.image, student.label, place, 1e-5)
    assert check.agreeing_digits >= 7
    assert page.success[0].value == strings("en")["learn.check_agrees"].format(digits=check.agreeing_digits)


def test_neurons_and_inputs_are_counted_from_1_as_on_the_other_pages(open_lesson):
    page = open_lesson("backward")
    student = page.session_state["learn.student"]
    first = student.gradients()[0].weight
    strongest = int(first.norm(dim=1).argmax()) + 1
    assert page.session_state[f"learn.gradient_unit_{student.choice}"] == strongest
    page.segmented_control(key="learn.backward_view").set_value("check").run()
    unit, source = divmod(int(first.abs().argmax()), 784)
    assert page.session_state[f"learn.check_unit_{student.choice}_0"] == unit + 1
    assert page.session_state[f"learn.check_source_{student.choice}_0"] == source + 1


def test_the_ball_rolls_as_calculated(open_lesson):
    """From w = 1.6 with rate 0.1: w - 0.1 * 2 w = 0.8 w, so the loss w^2 is 2.56, then 1.6384."""
    page = open_lesson("descent")
    assert page.metric[0].value == "2.560"
    page.button(key="learn.descent_step").click().run()
    assert page.metric[0].value == "1.638"
    page.segmented_control(key="learn.descent_surface").set_value("ravine").run()
    assert page.slider(key="learn.descent_steps").value == 0


@pytest.mark.mnist
def test_another_one_is_another_mnist_digit_of_the_same_kind(open_page, mnist):
    page = open_page("learn", lesson="backward")
    first = page.session_state["learn.student"]
    page.button(key="learn.another").click().run()
    second = page.session_state["learn.student"]
    assert first.label == second.label == 3
    assert not torch.equal(first.image, second.image)


def test_a_step_keeps_the_gradients_promise_if_it_is_small():
    student = Student((), MLP(ModelConfig((16,))), SEVEN, 7)
    student.step(1e-5)
    assert student.losses[0] - student.losses[1] == pytest.approx(student.promised, rel=0.02)


def test_a_student_leaves_the_shared_network_alone():
    shared = MLP(ModelConfig((16,)))
    before = shared.linears[0].weight.clone()
    Student((), shared, SEVEN, 7).step(0.1)
    assert torch.equal(shared.linears[0].weight, before)


def test_the_writing_network_is_read_as_what_it_meant(open_lesson):
    generator, network = load_generator(), load_bundled()
    for digit in range(10):
        image = write(generator, follow(generator, digit, seed=0)[-1], [digit])
        assert int(network.predict_proba(to_float(torch.from_numpy(image))).argmax()) == digit


def test_the_way_of_the_flow_begins_with_random_numbers_and_ends_with_the_latents():
    generator = load_generator()
    path = follow(generator, 4, seed=2)
    noise = np.random.RandomState(2).standard_normal((1, LATENTS))
    assert path.shape == (FLOW_STEPS + 1, LATENTS)
    np.testing.assert_allclose(path[0], noise[0], rtol=1e-6)
    assert torch.equal(path[-1:], generator.flow.follow(path[:1], torch.tensor([4])))


def test_the_sliders_of_a_written_digit_are_those_that_matter(open_lesson):
    generator = load_generator()
    latents = follow(generator, 4, seed=0)[-1]
    strongest = most_influential(generator, latents, 4, count=LATENTS)
    assert sorted(strongest) == list(range(LATENTS))
    change = torch.zeros(LATENTS)
    change[strongest[0]] = 1.0
    weak = torch.zeros(LATENTS)
    weak[strongest[-1]] = 1.0
    image, much, little = (
        write(generator, latents + step, [4])[0].astype(float) for step in (torch.zeros(LATENTS), change, weak)
    )
    assert np.abs(much - image).mean() > np.abs(little - image).mean()

    page = open_lesson("writing")
    shown = [slider.key for slider in page.slider if slider.key.startswith("learn.writing_4_0_")]
    assert sorted(shown) == sorted(f"learn.writing_4_0_{index}" for index in strongest[:6])
    page.button(key="learn.writing_another").click().run()
    assert all("_4_1_" in slider.key for slider in page.slider[1:])
    assert not page.exception


@pytest.mark.parametrize("name", SURFACES)
def test_a_surfaces_gradient_is_its_slope(name):
    surface, epsilon = SURFACES[name], 1e-6
    place = np.array([0.7, -0.4])[: len(surface.start)]
    for axis, slope in enumerate(surface.gradient(place)):
        nudge = epsilon * np.eye(len(place))[axis]
        difference = (surface.loss(place + nudge) - surface.loss(place - nudge)) / (2 * epsilon)
        assert slope == pytest.approx(difference, rel=1e-6)


def test_the_bowl_is_reached_in_one_step_swings_for_ever_or_is_left():
    bowl, start = SURFACES["bowl"], np.array([1.5])
    assert descend(bowl, start, 0.5, 1)[-1] == pytest.approx(0)
    assert descend(bowl, start, 1.0, 3)[:, 0].tolist() == [1.5, -1.5, 1.5, -1.5]
    assert abs(descend(bowl, start, 1.1, 40)[-1, 0]) > 1000


def test_formulas_are_written_as_a_person_would():
    assert number(-0.001) == "0.00"
    assert factor(-0.4) == "(-0.4)"
    assert weighted_sum([0.5], [-2.0], 1.0) == r"0.5 \cdot (-2.0) + 1.0"
    assert matrix([[1, 2], [3, 4]], 0) == r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"
    assert aligned("a &= b", "&= c") == r"\begin{aligned} a &= b \\ &= c \end{aligned}"
    assert rates(-2, -1) == [0.01, 0.02, 0.05, 0.1]


def test_who_wrote_which_is_asked_where_both_are_here_and_told_after_the_guess(open_page, monkeypatch, tiny_folder):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    page = open_page("learn", lesson="writing")
    right, wrong = (strings("en")[f"learn.writing_guess_{answer}"] for answer in ("right", "wrong"))
    assert right not in words(page)
    page.segmented_control(key="learn.writing_guess").set_value("mnist").run()
    assert right in words(page)
    page.segmented_control(key="learn.writing_guess").set_value("builtin").run()
    assert wrong in words(page)
    assert not page.exception


def test_a_sheet_holds_a_hundred_digits_dark_on_light():
    images = np.zeros((120, 28, 28), np.uint8)
    images[11] = 255  # second row, second column
    shown = sheet(images)
    assert shown.shape == (280, 280)
    assert (shown[28:56, 28:56] == 0).all()
    assert (shown == 0).sum() == 28 * 28


def test_the_sliders_are_those_that_matter_for_this_digit_and_this_press():
    generator = load_generator()
    found = {(digit, seed): influential_at_end(generator, digit, seed) for digit in (4, 7) for seed in range(4)}
    for (digit, seed), shown in found.items():
        assert shown == tuple(sorted(most_influential(generator, follow(generator, digit, seed)[-1], digit)))
    for digit in (4, 7):
        assert len({found[digit, seed] for seed in range(4)}) > 1
