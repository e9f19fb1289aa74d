"""draw."""

from nnlab.ui import shell

shell.page("draw")
