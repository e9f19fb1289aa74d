"""train."""

from nnlab.ui import shell

shell.page("train")
