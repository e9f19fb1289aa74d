"""Learn: the ideas of a neural network, one lesson at a time, and experiments whose outcome is predicted first."""

from nnlab.ui import shell
from nnlab.ui.learn import course
from nnlab.ui.learn.experiments import page as experiments

shell.page("learn")
if experiments.choose():
    experiments.show()
else:
    course.show()
