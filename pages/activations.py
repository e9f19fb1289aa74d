"""activations."""

from nnlab.ui import shell

shell.page("activations")
