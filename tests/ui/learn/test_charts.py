"""The Learn page's figures show the numbers they are given."""

import numpy as np
import pytest

from nnlab.ui.charts import checked
from nnlab.ui.learn import charts as learn_charts
from nnlab.ui.learn.charts import NEGATIVE_COLOR, POSITIVE_COLOR, SILENT_GREY
from tests.ui.learn.figures import texts


def test_the_moved_point_is_on_the_curve():
    figure = checked(learn_charts.curve_with_point([0, 1, 2], [0, 1, 4], (1, 1), "x", "y", mark=(2, 4, "here")))
    assert (figure.data[-1].x, figure.data[-1].y) == ((1,), (1,))
    assert "here" in texts(figure)


def test_bars_are_coloured_by_sign():
    figure = checked(learn_charts.signed_bars([1.0, -2.0], ["0", "1"], "logit", "digit", 200))
    assert list(figure.data[0].marker.color) == [POSITIVE_COLOR, NEGATIVE_COLOR]
    assert texts(figure) == ["1.00", "−2.00"]
    assert figure.data[0].constraintext == "none", "thin bars do not make their numbers small"


@pytest.mark.parametrize("norms", [[1e-8, 3.0], [0.0, 1.0], [0.0, 0.0]])
def test_gradients_of_any_size_have_a_place_on_the_log_axis(norms):
    figure = checked(learn_charts.log_bars(norms, ["hidden", "output"], "gradient", 200))
    low, high = 10.0 ** np.array(figure.layout.xaxis.range)
    assert all(low < x < high for x in figure.data[0].x)
    assert list(figure.data[0].marker.opacity) == [float(norm > 0) for norm in norms]


def test_a_signed_image_has_zero_in_the_middle_of_its_scale():
    figure = checked(learn_charts.signed_image(np.array([[0.1, -0.5]]), 200))
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-0.5, 0.5)


def test_a_picture_of_units_tells_silence_from_weak_signals():
    picture = learn_charts.unit_picture(np.array([0.0, 1.0, -1.0, 0.01]))
    assert picture.shape == (2, 2, 3)
    silent, positive, negative, weak = picture.reshape(-1, 3).astype(int)
    assert (silent == SILENT_GREY).all()
    assert positive[2] > positive[0]  # blue
    assert negative[0] > negative[2]  # orange
    assert (weak > SILENT_GREY).all()


@pytest.mark.parametrize(("units", "shape"), [(128, (8, 16)), (64, (8, 8)), (768, (24, 32)), (5, (2, 4)), (1, (1, 1))])
def test_a_picture_has_room_for_every_unit(units, shape):
    assert learn_charts.unit_picture(np.ones(units)).shape[:2] == shape


def test_an_infinite_loss_does_not_break_the_history():
    figure = checked(learn_charts.loss_history([2.0, float("inf")], "steps", "loss", 200))
    assert figure.layout.yaxis.range == (0, 2.2)


def test_the_tangent_has_the_slope_and_the_ball_is_where_the_path_ends():
    path = np.array([[2.0, 4.0], [1.0, 1.0]])
    figure = checked(learn_charts.descent_curve([-2, 0, 2], [4, 0, 4], path, 2.0, "w", "loss"))
    tangent = figure.data[1]
    assert (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0]) == pytest.approx(2.0)
    assert (figure.data[-1].x[0], figure.data[-1].y[0]) == (1.0, 1.0)


def test_the_map_shows_the_path_from_above():
    axis = np.linspace(-1, 1, 5)
    path = np.array([[1.0, 1.0], [0.5, 0.0]])
    figure = checked(learn_charts.descent_map(axis, axis, np.add.outer(axis**2, axis**2), path, ("u", "v", "loss")))
    assert figure.data[1].x.tolist() == [1.0, 0.5]
    assert figure.layout.xaxis.title.text == "u"


def test_small_numbers_are_written_as_on_the_rest_of_the_page():
    """Plotly by itself would write 0.0002 as 200µ, and Python 0.00002 as 2e-05."""
    history = checked(learn_charts.loss_history([0.0002, 0.0001], "steps", "loss", 200))
    assert (history.layout.yaxis.exponentformat, history.layout.yaxis.minexponent) == ("power", 4)
    bars = checked(learn_charts.log_bars([0.00002, 3.0], ["hidden", "output"], "gradient", 200))
    assert texts(bars) == ["2.0 × 10⁻⁵", "3"]
    image = checked(learn_charts.signed_image(np.array([[0.00002, -0.00001]]), 200))
    assert image.data[0].colorbar.ticktext == ("−2.0 × 10⁻⁵", "0", "2.0 × 10⁻⁵")
    assert [list(row) for row in image.data[0].text] == [["2.0 × 10⁻⁵", "−1.0 × 10⁻⁵"]]
