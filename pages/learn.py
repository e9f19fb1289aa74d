"""Learn: the ideas of a neural network, one lesson at a time, and experiments whose outcome is predicted first."""

from nnlab.ui import shell
from nnlab.ui.learn import course
from nnlab.ui.learn.experiments import page as experiments

ONE_ROW = 1340  # pixels: on a window narrower than this the lessons are a menu

shell.page("learn", one_row=f"{shell.scaled(ONE_ROW):.0f}px")
if experiments.choose():
    experiments.show()
else:
    course.show()
