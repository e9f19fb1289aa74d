"""Take away: a run as files that live without nnlab, each made from the same few facts.

``exported`` is what is known of a run. ``script`` writes it as plain PyTorch, ``notebook`` as a lesson, ``graph`` as
ONNX, ``table`` as CSV and ``report`` as one page; ``folder`` has all of them by their names. The way back is
``nnlab.foreign``: weights that others made.

Read next: ``exported``, then ``pieces``, of which the script and the notebook are made.
"""
