"""Figures are checked, and one that was made before is kept: for equal content only, and as it was."""

import json

import numpy as np
import pytest

from nnlab.ui import charts, keys
from nnlab.ui.charts import checked, figure_of
from nnlab.ui.diagram import network_diagram
from nnlab.ui.text import strings


def bars(probabilities):
    return charts.probability_bars(probabilities, "probability", "digit", None, 200)


def specs(page) -> list[dict]:
    """What the browser is told to draw."""
    return [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]


def test_an_equal_figure_is_made_once():
    assert checked(network_diagram((784, 30, 10))) is checked(network_diagram((784, 30, 10)))
    assert checked(network_diagram((784, 31, 10))) is not checked(network_diagram((784, 30, 10)))


def test_figures_that_differ_in_one_of_many_numbers_are_two():
    """In the middle of a large array, which numpy leaves out where it writes one down."""
    first, second = np.zeros((40, 40)), np.zeros((40, 40))
    second[20, 20] = 1
    figures = [checked(figure_of([{"type": "heatmap", "z": values}])) for values in (first, second)]
    assert [np.array(figure.data[0].z).sum() for figure in figures] == [0, 1]


def test_a_kept_figure_does_not_change_with_what_it_was_made_from():
    figure = bars([0.1] * 10)
    kept = checked(figure)
    charts.set_letters(figure, 40)
    figure["data"][0]["x"][0] = 0.9
    assert (kept.layout.font.size, kept.data[0].x[0]) == (None, 0.1)
    assert checked(figure).layout.font.size == 40
    assert checked(bars([0.1] * 10)).data[0].x[0] == 0.1


def test_no_more_figures_are_kept_than_there_is_room_for():
    first = checked(bars([0.5] * 10))
    for number in range(charts.KEPT_FIGURES):
        checked(bars([number / 1000] * 10))
    assert checked(bars([0.5] * 10)) is not first


@pytest.mark.parametrize("wrong", [{"layout": {"hight": 3}}, {"data": [{"type": "bar", "orientation": "diagonal"}]}])
def test_what_plotly_does_not_take_is_refused(wrong):
    with pytest.raises(ValueError, match="Invalid"):
        checked(figure_of([]) | wrong)


def test_letters_have_their_size_on_every_axis():
    figure = figure_of([], xaxis={"title": {"text": "x"}}, xaxis2={}, yaxis={}, yaxis2={})
    charts.set_letters(figure, 20)
    layout = checked(figure).layout
    axes = layout.xaxis, layout.xaxis2, layout.yaxis, layout.yaxis2
    assert layout.font.size == 20
    assert [(axis.tickfont.size, axis.title.font.size) for axis in axes] == [(19, 20)] * 4
    assert layout.xaxis.title.text == "x"


def test_each_visitor_is_shown_a_figure_in_their_own_size_and_language(open_page):
    """The same network for all three: who comes later does not change what the first one is shown again."""
    first = open_page("train")
    (plain,) = specs(first)
    other = open_page("train", "ko")
    other.session_state[keys.LARGE_TEXT] = True
    (large,) = specs(other.run())
    (again,) = specs(first.run())
    assert (plain["layout"]["font"]["size"], large["layout"]["font"]["size"]) == (14, pytest.approx(18.2))
    words = [trace["hovertemplate"] for spec in (plain, large) for trace in spec["data"] if "hovertemplate" in trace]
    nouns = [strings(language)["train.unit_noun"].format(count="784") for language in ("en", "ko")]
    assert [words[0], words[len(words) // 2]] == [f"{noun}<extra></extra>" for noun in nouns]
    assert again == plain


def test_another_network_is_another_picture(open_page):
    page = open_page("train")
    (before,) = specs(page)
    page.button(key="train.add_layer").click().run()
    (after,) = specs(page)
    counts = [[note["text"] for note in spec["layout"]["annotations"]] for spec in (before, after)]
    assert counts == [[f"<b>{size}</b>" for size in sizes] for sizes in ((784, 128, 64, 10), (784, 128, 64, 64, 10))]


def test_the_scale_of_the_map_is_the_same_both_ways():
    evidence = np.zeros((28, 28))
    evidence[3, 4], evidence[5, 6] = -2.5, 1.0
    (heat,) = checked(charts.pixel_map(evidence, "score", "%{z}")).data
    assert (heat.zmin, heat.zmid, heat.zmax) == (-2.5, 0, 2.5)
    assert heat.zsmooth is False
    (blank,) = checked(charts.pixel_map(0 * evidence, "score", "%{z}")).data
    assert blank.zmin < 0 < blank.zmax
