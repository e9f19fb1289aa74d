"""Digits and signs by five authors from whom nothing is learned: the nearest to a stranger who comes and draws.

Each set down twenty ways to write each digit, or signs that are none, from knowledge of how people write, with other
people in mind and without a look at any other list, when the network that is bundled was there already. The notation
is that of ``handwriting_styles``.

Read next: ``drawing_report``.
"""

from __future__ import annotations

from nnlab.workshop.strangers import hasty, letters, school, south, trades

STRANGERS = {
    "at school, and with untrained hands": school.STYLES,
    "in a hurry": hasty.STYLES,
    "in trades, on displays and signs": trades.STYLES,
    "Africa, the Middle East and Asia": south.STYLES,
}  # by whom the author had in mind
SIGNS = letters.STYLES
