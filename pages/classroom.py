"""Class: one board with the runs of everybody who takes part, each of which moves while it trains."""

from nnlab.ui import shell
from nnlab.ui.classroom import page

shell.page("classroom")
page.show()
