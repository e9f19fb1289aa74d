"""Digits and signs by five other authors, who had seen neither one another's styles nor any that are tested.

Whoever has written one list of styles writes the next one with the same hand. So four others, each with other people in
mind, set down sixteen ways to write each digit, from knowledge of how people write, and a fifth two hundred signs that
are none. Three of four are learned from, the fourth tests, by the rule of ``handwriting_habits``: nobody chose which.
The notation is that of ``handwriting_styles``.

Read next: ``handwriting``.
"""

from __future__ import annotations

from nnlab.workshop.authors import asia, english, europe, screen, signs
from nnlab.workshop.handwriting_habits import is_held_out

AUTHORS = {
    "Europe and Latin America": europe.STYLES,
    "East and South Asia": asia.STYLES,
    "English-speaking countries": english.STYLES,
    "on screens": screen.STYLES,
}  # by whom the author had in mind
_ALL = tuple(style for styles in AUTHORS.values() for style in styles)
AUTHORS_TRAINING = tuple(style for style in _ALL if not is_held_out(style))
AUTHORS_HELD_OUT = tuple(style for style in _ALL if is_held_out(style))
SIGNS_TRAINING = tuple(style for style in signs.STYLES if not is_held_out(style))
SIGNS_HELD_OUT = tuple(style for style in signs.STYLES if is_held_out(style))
