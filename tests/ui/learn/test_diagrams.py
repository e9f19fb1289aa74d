"""The drawings of a neuron and of a layer show the numbers they are given."""

from nnlab.ui.charts import checked
from nnlab.ui.learn import diagrams
from nnlab.ui.learn.charts import NEGATIVE_COLOR, POSITIVE_COLOR
from tests.ui.learn.figures import texts


def test_a_neuron_shows_its_values_and_its_lines_their_signs():
    figure = checked(diagrams.neuron_diagram([1.0, 2.0], [0.5, -0.5], 0.1, -0.4, 0.0, "ReLU"))
    assert {"1.0", "2.0", "−0.40", "0.00", "b = 0.1", "w<sub>2</sub> = −0.5"} <= set(texts(figure))
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [line.line.color for line in lines[:2]] == [POSITIVE_COLOR, NEGATIVE_COLOR]


def test_a_layer_has_a_line_per_weight():
    figure = checked(diagrams.layer_diagram([1.0, 2.0], [[1, 0], [0, 1], [1, 1]], [1.0, 2.0, 3.0], ("a", "z")))
    assert sum(trace.mode == "lines" for trace in figure.data) == 6
    assert {"1.00", "2.00", "3.00"} <= set(texts(figure))
