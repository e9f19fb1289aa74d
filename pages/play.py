"""Play: draw what is asked and have the network guess it, or fool the network with a few pixels."""

from nnlab.ui import play_fool, play_guess, shell

SECTIONS = {"guess": play_guess.show, "fool": play_fool.show}

shell.page("play")
SECTIONS[shell.choose_section("play", list(SECTIONS))]()
