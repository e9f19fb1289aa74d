"""Home: what nnlab is, what to try first, and which digits are here to learn from."""

from nnlab.ui import shell

shell.page("home")
