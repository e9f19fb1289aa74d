"""A run played back: what it was after each step that was kept, along one axis of time, on a page or as a film.

Read in this order:

1. ``recording``: a run as it is played back, wherever it is kept.
2. ``timeline``: its learning curve, and where a step lies on an axis of steps, epochs or seconds.
3. ``counting``: its confusion matrices, counted in the background.
4. ``scene``: what a film shows, as arrays; ``fonts``, ``pictures`` and ``frames``: how a moment of it is drawn.
5. ``film``: frames as a GIF or an MP4; ``making``: films in the making, each in a process (``worker``).

Nothing is blended between two kept states: what is shown is always the last that was kept until then.
"""
