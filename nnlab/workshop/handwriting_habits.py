"""Habits that fewer people have: how the digits look that a network of common styles misreads.

A slash that sticks out of the 0, a 1 drawn upwards, a 2 without a foot, an 8 that is closed late: the notation is that
of ``handwriting_styles``. Three of four are learned from, the fourth tests. Which is which was settled by a rule before
any network was trained: a habit is held out if the CRC-32 of its digit and name is divisible by four. So nobody could
choose, after a look at the errors, what is tested.

Read next: ``handwriting``.
"""

from __future__ import annotations

import zlib

from nnlab.workshop.handwriting_styles import Style

HELD_OUT_OF = 4  # one habit of so many, by the rule above


def is_held_out(style: Style) -> bool:
    """Whether a habit tests instead of teaching: decided by its digit and name alone, as "0 phi"."""
    return zlib.crc32(f"{style.digit} {style.name}".encode()) % HELD_OUT_OF == 0


HABITS = tuple(
    Style(*style)
    for style in (
        # A slash that sticks out at both ends, through ovals of every shape.
        (0, "slash far out, steep", "o35,50,28,48,-90,275 | 52,-12 18,112"),
        (0, "slash far out, flat", "o38,50,34,46,-90,275 | 92,24 -16,76"),
        (0, "slash almost level", "o36,50,30,46,-100,270 | 86,40 -14,62"),
        (0, "slash far out, diagonal", "o36,50,30,46,-80,285 | 82,-6 -10,106"),
        (0, "narrow, slash", "o30,50,17,48,-90,275 | 58,10 2,90"),
        (0, "narrow, steep slash", "o30,50,16,47,-100,265 | 42,-12 18,112"),
        (0, "narrow, flat slash", "o30,50,18,48,-90,270 | 64,36 -4,66"),
        (0, "small, long slash", "o36,50,22,26,-90,275 | 84,0 -10,100"),
        (0, "small, long flat slash", "o40,50,24,28,-90,275 | 100,28 -18,74"),
        (0, "small, long steep slash", "o36,50,22,30,-90,270 | 50,-6 22,106"),
        (0, "wide, slash", "o50,50,48,40,-90,275 | 96,-4 4,104"),
        (0, "circle, slash", "o45,50,42,42,-70,290 | 92,2 -2,98"),
        (0, "slash drawn upwards", "o35,50,28,46,-90,270 | -4,96 76,4"),
        (0, "slash first", "74,-2 -2,102 | o36,50,28,44,-90,270"),
        (0, "slash back, far out", "o35,50,28,46,-90,275 | -6,-2 76,102"),
        (0, "slash above", "o35,50,30,48,-90,270 | 76,-6 36,56"),
        (0, "slash below", "o35,50,30,48,-90,270 | 38,46 -6,106"),
        # Like a Phi, like a Theta.
        (0, "phi", "o36,50,30,44,-90,270 | 36,-2 36,102"),
        (0, "phi inside", "o36,50,32,48,-90,270 | 36,12 36,88"),
        (0, "phi far out", "o36,50,30,34,-90,275 | 38,-8 34,108"),
        (0, "phi, narrow", "o30,50,20,46,-90,270 | 31,-10 29,110"),
        (0, "theta", "o36,50,32,48,-90,270 | 6,50 66,50"),
        (0, "theta inside", "o36,50,32,48,-90,270 | 22,50 50,50"),
        (0, "theta far out", "o36,50,28,46,-90,275 | -8,52 82,48"),
        (0, "theta, narrow", "o30,50,18,48,-90,270 | 8,50 52,50"),
        # Slash and oval in one.
        (0, "in one, loop at the turn", "o35,50,28,46,-70,-410 60,0 74,-8 76,4 58,24 2,98"),
        (0, "in one, sharp turn", "o35,50,28,46,-70,-410 64,-4! 4,104"),
        (0, "in one, loop below", "o35,50,28,46,130,490 4,98 -8,104 -10,92 6,80 72,4"),
        (0, "in one, slash inside", "o35,50,30,47,-80,-420 56,14! 16,86"),
        (0, "in one, wide loop", "o36,52,28,44,-60,-400 72,10 86,-10 70,-16 56,10 -2,102"),
        (0, "in one, slash out", "o35,48,30,46,-70,-425 52,8 34,42 4,108"),
        # Left open, closed late, or closed with loops.
        (0, "open at the top", "o35,50,30,48,-60,240"),
        (0, "open at the top, one end higher", "o35,52,30,48,-125,-415 42,-6"),
        (0, "open at the right", "o35,50,28,48,-15,-340"),
        (0, "open at the left", "o35,50,30,48,-165,165"),
        (0, "open at the top right", "o36,50,30,48,-72,-394"),
        (0, "end bent inwards", "o35,50,30,48,-80,-420 40,20"),
        (0, "two small loops", "48,6 40,14 32,6 40,-2 o35,50,30,47,-110,-420 52,18 42,14 50,4"),
        (0, "loop where it closes", "50,16 36,14 34,-2 o35,52,30,47,-110,-450 50,-2 56,10 44,16"),
        (0, "loop at the start", "44,14 34,10 38,-2 30,0 o35,50,30,47,-110,-450"),
        (0, "loop at the end", "o35,50,30,47,-80,-420 36,-4 30,8 42,14 56,2"),
        (0, "loop at the end, outside", "o35,50,30,47,-80,-420 40,2 46,-12 58,-6 52,6"),
        (0, "flat", "o50,50,50,32,-90,275"),
        (0, "drawn twice", "o35,50,30,48,-90,620"),
        # Upwards from a serif or a hook.
        (1, "upwards from a serif", "24,90 37,100! 38,0"),
        (1, "upwards from a hook", "22,84 28,98 36,94 38,60 38,0"),
        (1, "upwards from a hook, flag", "20,92 30,100 36,84 38,0! 14,26"),
        (1, "upwards, flag", "38,100 40,0! 16,28"),
        (1, "upwards, leaning", "16,100 24,96! 50,0"),
        (1, "drawn back", "38,0 36,100! 39,2"),
        (1, "bent foot", "36,0 35,84 42,98 56,94"),
        (1, "foot to the right", "18,20 38,0! 38,100! 64,100"),
        # A long foot; a flag as long as a 7's bar.
        (1, "flag, long foot", "6,34 38,0! 38,100 | -8,100 84,100"),
        (1, "long flag, long foot", "-6,48 38,0! 38,100 | -4,100 80,99"),
        (1, "flag, long foot in one", "12,26 38,0! 37,100! 0,100! 82,98"),
        (1, "flag, slanted foot", "14,24 38,0! 36,98 | 6,104 68,92"),
        (1, "very long flag", "-20,52 42,0! 38,100"),
        (1, "very long flag, leaning", "-24,42 46,0! 32,100"),
        (1, "flag past the middle", "-4,64 44,0! 42,100"),
        (1, "flag past the middle, bent", "-8,60 20,34 42,0! 40,100"),
        (1, "wedge", "18,90 36,0! 42,100"),
        (1, "thin wedge", "24,72 38,0! 40,100"),
        (1, "wedge, leaning", "8,84 44,0! 46,100"),
        (1, "wedge, foot", "16,60 38,0! 38,100 | 14,100 62,100"),
        # No foot, but a curl; other feet.
        (2, "curl down", "4,24 14,4 40,0 56,16 50,40 28,70 8,90 2,80 14,74 36,86 50,110"),
        (2, "long curl down", "o33,26,28,26,-170,45 30,70 8,96 0,86 12,78 34,90 50,114"),
        (2, "loop, drooping foot", "o33,25,28,25,-180,50 24,78 o16,88,12,9,-60,-310 42,98 64,112"),
        (2, "short tail down", "o33,26,28,26,-170,45 26,76 8,96! 26,94 36,106"),
        (2, "small loop, tail down", "8,20 30,0 56,10 50,38 24,80 10,92 8,80 22,78 44,100 60,116"),
        (2, "tight loop", "o33,25,28,25,-180,50 20,84 o16,90,6,5,-60,-330 44,96 72,96"),
        (2, "hooked start", "14,34 6,22 14,6 36,0 58,12 54,36 8,98! 70,98"),
        (2, "tall, narrow", "o24,22,20,22,-170,40 4,100! 48,100"),
        (2, "falling foot", "o33,25,28,25,-170,45 6,88! 66,108"),
        (2, "rising foot", "o33,25,28,25,-170,45 4,100! 72,84"),
        (2, "z, wavy foot", "6,8 24,0 60,6! 8,92! 30,84 66,98"),
        (2, "flat head", "4,10 50,2 62,16 44,50 4,98! 66,100"),
        # Flat-topped, with a sharp middle.
        (3, "flat top, angular", "6,2 58,2! 30,42! 60,62 56,92 28,102 0,92"),
        (3, "flat top, deep middle", "4,0 62,0! 20,44! o30,70,34,30,-80,150"),
        (3, "flat top, all sharp", "4,0 58,0! 28,40! 60,48 62,80! 4,100"),
        (3, "flat top, straight back", "8,2 60,2! 34,38! o32,68,30,32,-80,130"),
        (3, "flat top, hooked", "8,14 8,2! 60,2! 30,40! o30,70,32,30,-75,150"),
        (3, "flat top, curled end", "6,2 58,2! 30,40! o30,70,32,30,-75,140 2,78"),
        (3, "flat top, z", "2,6 54,0! 14,46! 52,50 60,76 34,102 0,94"),
        (3, "flat top, short neck", "10,0 56,0! 36,30! o32,66,32,34,-70,150"),
        (3, "sharp middle", "o30,24,26,24,-160,60 14,50! o30,74,32,26,-70,150"),
        (3, "nearly straight", "10,0 50,18 30,46! 56,72 10,100"),
        # Open, with a bent stem.
        (4, "open, bent stem", "12,0 6,52! 60,52 | 56,2 58,50 48,100"),
        (4, "open, stem bent out", "10,2 8,48 20,54 58,46 | 58,0 54,50 66,100"),
        (4, "open, u with a tail", "8,0 8,40 26,54 50,44! 56,2! 54,60 44,100"),
        (4, "open, y", "8,0 14,44 34,52 56,40 | 62,0 56,44 36,102"),
        (4, "open, curled stem", "10,0 6,52! 62,52 | 54,2 54,84 44,100 30,94"),
        (4, "open, short bar", "10,6 6,54! 44,54 | 50,0 48,100"),
        (4, "open, leaning stem", "22,0 4,50! 58,56 | 66,2 40,104"),
        (4, "open in one, round", "12,0 6,40 14,56 52,48! 58,8! 50,100"),
        (4, "stem apart", "10,2 4,50! 48,50 | 60,10 56,100"),
        (4, "long bar", "14,0 4,56! 84,54 | 50,18 48,102"),
        (4, "closed, bent stem", "46,0 4,60! 66,60 | 48,0 50,60 40,102"),
        (4, "from the foot", "50,100 54,40 44,2! 4,60! 66,62"),
        # The bar apart, or an S.
        (5, "hovering bar", "12,10 8,44! o30,70,30,28,-130,150 | 22,-8 74,-14"),
        (5, "bar far to the right", "12,4 10,44! o30,70,30,28,-130,150 | 36,0 86,-4"),
        (5, "hovering, rising bar", "14,12 8,46! o30,70,30,28,-130,150 | 18,0 70,-18"),
        (5, "bar below the top", "10,0 8,46! o30,70,30,28,-130,150 | 20,12 66,10"),
        (5, "bar across the neck", "12,-4 8,46! o30,70,30,28,-130,150 | 0,6 64,4"),
        (5, "s, loop above", "54,12 62,8 58,-2 36,0 12,20 28,42 56,62 50,94 20,100 2,88"),
        (5, "s, loops at both ends", "54,12 62,8 58,-2 36,0 12,20 28,42 56,62 50,94 20,100 4,88 10,80 18,88"),
        (5, "loop at the corner", "60,0 18,2 8,38 2,50 -4,42 10,36 o30,70,30,28,-110,150"),
        (5, "s, tall", "58,4 34,-2 16,16 24,38 48,54 56,78 38,100 4,96"),
        (5, "neck and belly apart", "14,2 10,40 | o30,70,30,28,-140,150 | 14,2 62,0"),
        (5, "s, sharp", "60,0 14,4! 14,40 56,52! 54,92 6,100"),
        (5, "belly curled in", "58,0 14,0! 10,44! o32,70,28,28,-130,185"),
        # Open loops.
        (6, "u with a tail", "28,-4 8,40 8,84 30,100 54,88 56,56"),
        (6, "end bent in", "44,0 12,40 6,76 28,100 54,86 54,58 44,54"),
        (6, "open loop", "o55,60,50,60,-100,-180 6,80 30,100 56,82 50,58 34,58"),
        (6, "loop stops early", "48,0 14,36 4,72 22,100 52,92 58,66 40,56 26,62"),
        (6, "wide open bowl", "40,0 8,44 6,84 32,100 62,86 64,58 52,52"),
        (6, "straight, open bowl", "14,0 6,70 20,98 48,96 56,70 44,56 30,62"),
        (6, "bowl too far", "50,0 16,40 6,74 24,98 50,90 54,66 30,54 -6,70"),
        (6, "flat bowl", "50,0 14,46 4,84 30,100 66,92 62,72 30,68 8,82"),
        (6, "small open bowl", "60,0 26,40 10,80 20,98 38,96 42,82 32,76"),
        (6, "sharp turn", "56,0 4,76! 30,100 54,84 48,62 10,72"),
        (6, "bowl apart", "52,0 16,36 4,72 12,94 | 14,60 40,52 58,70 46,96 16,98"),
        # A foot, or crossed low.
        (7, "curled foot", "2,2 62,2! 30,70 24,90 34,100 48,96"),
        (7, "bent foot", "2,2 62,2! 26,92! 42,100"),
        (7, "serif at the foot", "2,2 62,2! 28,100 | 16,100 42,100"),
        (7, "foot to the left", "2,2 62,2! 46,60 34,92 14,100"),
        (7, "wavy bar, foot", "0,14 16,2 40,8 64,0! 32,60 26,96 40,102"),
        (7, "hooked, bent foot", "4,22 4,2! 62,2! 34,60 30,94 44,100"),
        (7, "crossed, curled foot", "2,2 62,2! 30,70 26,92 38,100 | 14,50 58,48"),
        (7, "crossed below the middle", "2,2 62,2! 24,100 | 10,70 54,66"),
        (7, "crossed near the foot", "2,2 62,2! 24,100 | 8,78 50,76"),
        (7, "crossed low, bowed", "0,6 34,6 64,0! 38,50 28,100 | 12,66 58,62"),
        (7, "crossed by a slant", "2,2 60,0! 24,100 | 16,62 62,40"),
        (7, "long cross", "4,2 62,0! 28,100 | -4,50 78,48"),
        (7, "short cross", "4,2 62,0! 28,100 | 34,52 52,50"),
        (7, "rounded head", "0,16 28,0 58,4 46,40 26,100"),
        # Closed late, side by side, first loop open.
        (8, "closed late", "52,4 30,-2 10,18 26,42 54,64 54,92 28,100 6,86 18,60 48,26 60,-4"),
        (8, "closed late, far out", "60,14 36,0 14,14 24,42 52,66 50,94 26,100 8,82 20,56 66,8"),
        (8, "ends do not meet", "56,18 34,0 12,18 34,46 58,72 34,100 8,76 30,50 46,36"),
        (8, "circles side by side", "o24,26,22,24,-90,270 | o46,74,24,25,-90,270"),
        (8, "circles side by side, leaning right", "o50,26,21,24,-90,270 | o24,73,24,26,-90,270"),
        (8, "circles apart", "o34,21,20,20,-90,270 | o34,74,25,25,-90,270"),
        (8, "one circle, one loop", "o34,24,22,23,-90,270 | 34,48 8,70 20,98 50,98 60,72 38,48"),
        (8, "first loop open", "56,24 48,2 26,0 14,20 34,44 58,70 36,100 8,80 28,50 40,42"),
        (8, "first loop wide open", "62,10 40,0 16,10 16,32 36,46 58,66 52,94 26,100 8,80 24,52 36,46"),
        (8, "first loop open, end bent", "58,6 34,-2 14,14 20,38 34,46 56,62 54,92 30,100 8,86 16,58 34,46"),
        (8, "second loop open", "34,46 56,30 50,4 26,0 12,22 34,46 56,66 52,94 24,100 8,84 14,66"),
        (8, "small loops", "48,14 34,0 22,14 48,84 34,100 20,86 48,14"),
        (8, "a three, closed", "12,12 32,0 52,14 34,46! 58,70 34,100 8,76 34,46 12,16"),
        (8, "from the middle", "34,48 10,26 34,0 58,24 34,48 6,76 34,100 62,74 34,48"),
        (8, "s and line", "56,12 32,0 12,18 34,46 58,74 32,100 8,84 | 10,82 56,14"),
        # Open-headed, a 7 with a curl, or a triangle for a head.
        (9, "open head, hooked", "52,10 28,0 8,16 14,40 38,44 56,20! 56,78 36,102 8,92"),
        (9, "open head, low", "44,2 16,4 6,28 22,46 50,34! 58,2! 50,100"),
        (9, "head stops early", "54,12 30,0 8,20 24,46 44,36 | 58,2 52,100"),
        (9, "head apart", "46,10 24,0 6,20 18,44 42,40 | 58,0 56,100"),
        (9, "seven with a curl", "26,28 8,30 2,12 20,0 60,2! 40,56 32,100"),
        (9, "seven with a small curl", "20,22 6,24 4,8 24,0 60,4! 36,60 26,100"),
        (9, "triangle", "56,4 10,14! 50,34! 58,6! 50,100"),
        (9, "small triangle", "54,2 28,16! 52,28! 55,4! 48,100"),
        (9, "flat triangle", "58,0 6,22! 54,36! 58,2! 44,100"),
        (9, "triangle, hooked", "56,4 14,18! 52,34! 57,6! 58,74 40,100 14,92"),
        (9, "tiny head", "56,14 44,6 40,18 52,22 58,8! 52,100"),
        (9, "spiral", "40,30 20,40 6,22 22,2 50,2 54,24 44,100"),
        (9, "spiral, leaning", "36,26 22,30 18,14 38,2 58,18 52,60 36,100"),
        (9, "bowed back", "54,22 30,0 8,22 26,46 54,24 58,60 44,90 14,102"),
        (9, "long tail", "54,20 30,0 8,22 28,46 54,22! 40,70 -2,100"),
    )
)
HABITS_TRAINING = tuple(style for style in HABITS if not is_held_out(style))
HABITS_HELD_OUT = tuple(style for style in HABITS if is_held_out(style))
