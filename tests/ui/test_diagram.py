"""The picture of a network has the network's units."""

from nnlab.ui.charts import checked
from nnlab.ui.diagram import network_diagram, shown_units


def texts(figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def test_a_small_layer_is_drawn_whole_and_a_large_one_around_an_ellipsis():
    assert shown_units(9) == list(range(9))
    assert shown_units(784) == [0, 1, 2, 3, None, 780, 781, 782, 783]


def test_the_true_numbers_of_units_are_written():
    figure = checked(network_diagram((784, 128, 64, 10)))
    assert texts(figure) == ["<b>784</b>", "<b>128</b>", "<b>64</b>", "<b>10</b>"]


def test_there_is_a_line_for_each_weight_of_a_small_network():
    """3 x 2 + 2 x 4 weights; plotly separates lines by None, so each takes three entries."""
    figure = checked(network_diagram((3, 2, 4)))
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [len(trace.x) // 3 for trace in lines] == [6, 8]


def test_outputs_and_layers_are_named():
    figure = checked(network_diagram((2, 1, 2), ["in", "hidden", "out"], output_labels=["no", "yes"]))
    assert {"in", "hidden", "out", "no", "yes"} <= set(texts(figure))


def test_it_is_right_in_both_themes():
    figure = checked(network_diagram((784, 10), unit_noun="{count} neurons"))
    assert [trace.hovertemplate for trace in figure.data if trace.hovertemplate] == [
        "784 neurons<extra></extra>", "10 neurons<extra></extra>",
    ]  # fmt: skip
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
    assert figure.layout.font.color is None
