"""Drawings become what MNIST would have made of them, whatever the size and the colours."""

import time

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnlab import drawing
from nnlab.checkpoint import load_bundled
from nnlab.drawing import BOX_SIDE, CENTRE, area_weights, crop_to_ink, read_ink, recentre_by_mass, stages, to_mnist
from nnlab.evaluation import predict
from tests.hostile import JSON, tried

COLORS = {  # paper and pen, RGBA
    "black on white": ((255, 255, 255, 255), (0, 0, 0, 255)),
    "white on black": ((0, 0, 0, 255), (255, 255, 255, 255)),
    "yellow on blue": ((0, 60, 200, 255), (250, 230, 20, 255)),
    "red on its own brightness": ((76, 76, 76, 255), (255, 0, 0, 255)),
    "black on transparent": ((0, 0, 0, 0), (0, 0, 0, 255)),
    "white on transparent": ((0, 0, 0, 0), (255, 255, 255, 255)),
    "faint grey on white": ((255, 255, 255, 255), (235, 235, 235, 255)),
}


def draw_seven(side: int = 280) -> np.ndarray:
    """(side, side) uint8 ink: a 7 of two strokes, off the middle."""
    ink = np.zeros((side, side), np.uint8)
    unit = side // 14
    ink[2 * unit : 3 * unit, unit : 6 * unit] = 255
    for row in range(3 * unit, 10 * unit):
        left = 5 * unit - (row - 3 * unit) * 3 // 7
        ink[row, left : left + unit] = 255
    return ink


def paint(coverage: np.ndarray, paper: tuple[int, ...], pen: tuple[int, ...]) -> np.ndarray:
    """(H, W, 4) RGBA as a browser has it: a pen over paper, mixed with premultiplied alpha."""
    paper, pen = (np.array([*np.array(color[:3]) * color[3] / 255, color[3]]) for color in (paper, pen))
    mixed = paper + (pen - paper) * coverage[:, :, None]
    alpha = mixed[:, :, 3:]
    straight = np.divide(mixed[:, :, :3] * 255, alpha, out=np.zeros_like(mixed[:, :, :3]), where=alpha > 0)
    return np.concatenate([straight, alpha], axis=2).round().astype(np.uint8)


def centre_of_mass(image: torch.Tensor) -> list[float]:
    position = torch.arange(28, dtype=torch.float64)
    return [float(image.double().sum(dim) @ position / image.double().sum()) for dim in (1, 0)]


def enlarge(image: torch.Tensor, factor: int = 10) -> torch.Tensor:
    return image.repeat_interleave(factor, 0).repeat_interleave(factor, 1)


@pytest.mark.parametrize(("size", "new_size"), [(40, 20), (280, 20), (7, 3), (20, 20), (3, 20), (1, 20), (201, 1)])
def test_area_weights_are_the_mean_over_a_finer_grid(size, new_size):
    """Oracle: cut each old pixel into new_size pieces; a new pixel is then exactly ``size`` whole pieces."""
    values = torch.rand(size, dtype=torch.float64)
    expected = values.repeat_interleave(new_size).reshape(new_size, size).mean(1)
    weights = area_weights(size, new_size)
    assert torch.allclose(weights.double() @ values, expected, atol=1e-6)
    assert torch.allclose(weights.sum(1), torch.ones(new_size))


def test_area_weights_by_hand():
    """3 pixels to 2: a new pixel covers 1.5 old ones, so it is (1 a + 0.5 b) / 1.5 = 2/3 a + 1/3 b."""
    assert torch.allclose(area_weights(3, 2), torch.tensor([[2, 1, 0], [0, 1, 2]]) / 3)


def test_scaling_by_a_whole_factor_equals_average_pooling():
    crop = torch.rand(60, 39)
    assert torch.allclose(drawing.scale_to_box(crop), F.avg_pool2d(crop[None], 3)[0], atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "scaled"),
    [((100, 50), (20, 10)), ((50, 100), (10, 20)), ((40, 5), (20, 3)), ((200, 1), (20, 1)), ((1, 1), (20, 20))],
)
def test_the_longest_side_becomes_20_and_the_aspect_is_kept(shape, scaled):
    """(40, 5): half of 5 is 2.5, and halves are rounded up, to 3."""
    assert drawing.scale_to_box(torch.ones(shape)).shape == scaled


def test_a_drawing_by_hand():
    """A bar of ink 40 high and 20 wide becomes 20 x 10, all full ink.

    Its centre of mass is its middle. Rows 4 to 23 have the middle 13.5; the shift is floor(14 - 13.5 + 0.5) = 1, so
    rows 5 to 24. Columns 9 to 18 have the middle 13.5, too; columns 10 to 19.
    """
    canvas = np.zeros((100, 100), np.uint8)
    canvas[3:43, 70:90] = 255
    expected = torch.zeros(28, 28)
    expected[5:25, 10:20] = 1
    made = stages(canvas)
    assert made.crop.shape == (40, 20)
    assert made.scaled.shape == (20, 10)
    assert made.placed[4:24, 9:19].min() == 1
    assert torch.equal(made.result, expected)
    assert not made.is_empty


def test_every_stage_of_a_seven():
    made = stages(draw_seven())
    assert made.ink.shape == (280, 280)
    assert max(made.scaled.shape) == BOX_SIDE
    for image in (made.ink, made.crop, made.scaled, made.placed, made.result):
        assert image.dtype == torch.float32
        assert 0 <= image.min() <= image.max() <= 1
    assert made.result.shape == made.placed.shape == (28, 28)
    assert made.result.sum().item() == pytest.approx(made.scaled.sum().item())
    assert all(abs(centre - CENTRE) <= 0.5 for centre in centre_of_mass(made.result))
    assert torch.equal(made.result, to_mnist(draw_seven()))


def test_place_on_the_canvas_and_size_do_not_matter():
    seven = draw_seven()
    moved = np.roll(seven, (60, 90), axis=(0, 1))
    larger = seven.repeat(2, axis=0).repeat(2, axis=1)
    assert torch.equal(to_mnist(moved), to_mnist(seven))
    assert torch.allclose(to_mnist(larger), to_mnist(seven), atol=1e-5)


@pytest.mark.parametrize("name", COLORS)
def test_any_pen_on_any_paper_gives_the_same_ink(name):
    """The strokes' edges are half covered; the ink gives back the coverage, up to the rounding to 256 levels."""
    coverage = draw_seven(140) / 255
    coverage = (coverage + np.roll(coverage, 1, axis=1)) / 2
    ink = read_ink(paint(coverage, *COLORS[name]))
    levels = 20 if "faint" in name else 170
    assert np.abs(ink.numpy() - coverage).max() < 1 / levels


def test_the_paper_is_what_the_edges_are_even_under_a_very_thick_pen():
    canvas = np.full((100, 100, 4), 255, np.uint8)
    canvas[5:95, 5:95, :3] = 0
    ink = read_ink(canvas)
    assert ink[50, 50] == 1
    assert ink[0, 0] == 0


def test_ink_at_the_edge_of_the_canvas_is_read():
    canvas = np.full((100, 100, 4), 255, np.uint8)
    canvas[:60, :20, :3] = 0
    assert stages(canvas).crop.shape == (60, 20)


@pytest.mark.parametrize(
    "canvas",
    [
        np.zeros((280, 280), np.uint8),
        np.zeros((280, 280, 4), np.uint8),
        np.full((280, 280, 4), 255, np.uint8),
        np.full((1, 1, 4), (0, 0, 0, 255), np.uint8),
    ],
    ids=["no ink", "transparent", "white", "black"],
)
def test_a_canvas_of_one_colour_is_empty(canvas):
    made = stages(canvas)
    assert made.is_empty
    assert made.crop.numel() == made.scaled.numel() == 0
    assert torch.equal(made.result, torch.zeros(28, 28))


def test_rounding_of_colours_is_not_ink():
    canvas = np.full((50, 50, 4), 254, np.uint8)
    canvas[20:30, 20:30, :3] = 255
    canvas[:, :, 3] = 255
    assert stages(canvas).is_empty


def test_a_canvas_full_of_ink_is_a_square_of_20():
    made = stages(np.full((280, 280), 255, np.uint8))
    assert made.result.sum().item() == pytest.approx(400, rel=1e-5)
    assert crop_to_ink(made.result).shape == (20, 20)


def test_one_dot_becomes_a_square_too():
    canvas = np.zeros((280, 280), np.uint8)
    canvas[7, 200] = 255
    assert torch.equal(to_mnist(canvas), to_mnist(np.full((10, 10), 255, np.uint8)))


def test_a_line_one_pixel_wide_stays_full_ink():
    canvas = np.zeros((280, 280), np.uint8)
    canvas[30:250, 100] = 255
    result = to_mnist(canvas)
    assert torch.equal((result > 0).sum(0).nonzero().flatten(), torch.tensor([CENTRE]))
    assert result[:, CENTRE].sum().item() == pytest.approx(20, rel=1e-5)


def test_no_ink_is_lost_where_the_mass_is_far_from_the_middle():
    """A heavy foot below a thin mast: centring by mass alone would push the mast's top out of the image."""
    canvas = np.zeros((200, 200), np.uint8)
    canvas[0:190, 99] = 255
    canvas[190:200, 0:200] = 255
    made = stages(canvas)
    assert made.result.sum().item() == pytest.approx(made.scaled.sum().item(), rel=1e-6)
    assert crop_to_ink(made.result).shape == made.scaled.shape
    assert made.result[0].sum() > 0


def test_recentring_leaves_a_centred_image_as_it_is():
    once = to_mnist(draw_seven())
    assert torch.equal(recentre_by_mass(once), once)


@pytest.mark.parametrize("shape", [(90, 70), (90, 70, 4)])
def test_arrays_and_tensors_are_the_same_and_stay_unchanged(shape):
    array = np.zeros(shape, np.uint8)
    array[20:50, 30:40] = 200
    array.flags.writeable = False
    tensor = torch.tensor(array)
    for same in (tensor, array[:, ::-1][:, ::-1], tensor.transpose(0, 1).contiguous().transpose(0, 1)):
        assert torch.equal(to_mnist(same), to_mnist(array))
    assert torch.equal(tensor, torch.tensor(array))


@pytest.mark.parametrize(
    ("canvas", "said"),
    [
        (np.zeros((28, 28, 3), np.uint8), r"shape \(28, 28, 3\)"),
        (np.zeros((2, 28, 28, 4), np.uint8), r"shape \(2, 28, 28, 4\)"),
        (np.zeros(784, np.uint8), r"shape \(784,\)"),
        (np.zeros((0, 28), np.uint8), r"shape \(0, 28\)"),
        (np.zeros((28, 28)), "float64"),
        (torch.zeros(28, 28), "float32"),
        (torch.zeros(28, 28, dtype=torch.bool), "bool"),
        ([[0, 255]], "list"),
        (None, "NoneType"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(canvas, said):
    with pytest.raises(ValueError, match=f"canvas .*{said}.*; expected"):
        stages(canvas)


@pytest.mark.parametrize("side", [280, 560])
def test_a_drawing_takes_a_few_milliseconds(side):
    """About 1 ms at 280 pixels and 3 ms at 560; processor time, best of many, with room for a slow machine."""
    canvas = paint(draw_seven(side) / 255, *COLORS["black on white"])

    def seconds() -> float:
        start = time.thread_time()
        to_mnist(canvas)
        return time.thread_time() - start

    assert min(seconds() for _ in range(15)) < 0.02


def test_mnist_digits_enlarged_to_a_canvas_come_back(mnist):
    """The recipe is MNIST's own, so 500 of its digits, ten times as large, come back to the last bit but rounding."""
    for image in mnist.test_images[:500]:
        assert torch.allclose(to_mnist(enlarge(image)), image / 255, atol=1e-5)


@pytest.mark.parametrize("is_smooth", [True, False])
def test_mnist_digits_redrawn_are_read_as_well_as_the_originals(mnist, is_smooth):
    """500 test digits as strokes with smooth or with hard edges: the bundled model reads 98 % or more."""
    images, labels = mnist.test_images[:500], mnist.test_labels[:500]
    strokes = F.interpolate(images[:, None] / 255, size=200, mode="bilinear")[:, 0]  # (N, 200, 200)
    if not is_smooth:
        strokes = (strokes > 0.5).float()
    canvases = (strokes * 255).to(torch.uint8)
    model = load_bundled()
    predicted = model.predict_proba(torch.stack([to_mnist(canvas) for canvas in canvases])).argmax(1)
    originals = predict(model, images).argmax(1)
    assert (predicted == labels).float().mean() >= 0.98
    assert (originals == labels).float().mean() - (predicted == labels).float().mean() <= 0.01


SHAPES = st.tuples(*[st.integers(1, 40)] * 2) | st.tuples(*[st.integers(1, 40)] * 2, st.just(4))
CANVASES = arrays.arrays(np.uint8, SHAPES)
ANY_ARRAYS = arrays.arrays(
    arrays.boolean_dtypes() | arrays.integer_dtypes() | arrays.floating_dtypes() | arrays.unicode_string_dtypes(),
    arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
)


@given(CANVASES | ANY_ARRAYS | JSON)
def test_whatever_is_on_a_canvas_becomes_ink_or_is_refused_with_what_was_expected(canvas):
    before = np.copy(canvas) if isinstance(canvas, np.ndarray) else None
    image, refusal = tried(ValueError, to_mnist, canvas)
    if refusal:
        assert str(refusal).startswith("canvas ")
        assert "; expected " in str(refusal)
    else:
        assert canvas.dtype == np.uint8
        assert image.shape == (28, 28)
        assert image.dtype == torch.float32
        assert 0 <= float(image.min()) <= float(image.max()) <= 1
        assert np.array_equal(canvas, before)
