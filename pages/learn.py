"""Learn: the ideas of a neural network, one lesson at a time, each with something to move."""

from nnlab.ui import shell
from nnlab.ui.learn import course

shell.page("learn")
course.show()
