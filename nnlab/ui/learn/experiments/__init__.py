"""Guided experiments on the Learn page: the visitor commits to an answer, runs the trials, and compares.

What an experiment consists of, and how its answers are found, is in ``nnlab.teaching``; here it is shown. ``place``
says which experiment and step is open, ``progress`` what the visitor has done; ``walk`` shows a step, whose kinds are
in ``asking``, ``trying`` and ``explaining``.
"""
