"""Learn: the ideas of a neural network, one lesson at a time, each with something to move."""

from nnlab.ui import lessons, shell

shell.page("learn")
lessons.show()
