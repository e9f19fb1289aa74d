"""Play: draw what is asked and have the network guess it, or fool the network with a few pixels."""

from nnlab.ui import shell
from nnlab.ui.play import fool, guess

SECTIONS = {"guess": guess.show, "fool": fool.show}

shell.page("play", canvas_side=f"{guess.canvas_pixels()}px")
SECTIONS[shell.choose_section("play", list(SECTIONS))]()
