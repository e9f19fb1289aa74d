"""learn."""

from nnlab.ui import shell

shell.page("learn")
