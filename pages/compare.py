"""Compare: runs side by side, their curves, numbers and mistakes, and whether a difference is more than luck."""

from nnlab.ui import shell
from nnlab.ui.compare import page

shell.page("compare")
page.show()
