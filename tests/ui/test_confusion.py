"""The confusion matrix as a figure."""

import numpy as np

from nnlab.ui.charts import checked
from nnlab.ui.confusion import confusion_figure


def test_all_counts_are_written_and_only_mistakes_are_coloured():
    confusion = np.diag([90] * 10)
    confusion[4, 9] = 10
    figure = confusion_figure(
        confusion, "predicted", "true", lambda **cell: "{truth} as {predicted}: {count}, {share}".format(**cell)
    )
    figure = checked(figure)
    heatmap = figure.data[0]
    assert (np.array(heatmap.text) == confusion).all()
    assert np.diag(np.array(heatmap.z)).tolist() == [0] * 10
    assert heatmap.z[4][9] == 10
    assert heatmap.hovertext[4][9] == "4 as 9: 10, 10.0%"
    assert figure.layout.yaxis.autorange == "reversed"  # 0 on top, like the matrix on paper


def test_an_absent_class_has_no_share():
    figure = checked(confusion_figure(np.zeros((10, 10), int), "x", "y", lambda **cell: cell["share"]))
    assert figure.data[0].hovertext[0][0] == "0.0%"
