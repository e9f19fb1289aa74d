"""nnlab: see a neural network learn.

Read the modules in this order; each is short, and each begins by saying why it exists. What lies flat in this folder is
the lesson; everything else has a room.

1.  ``config``       what can be chosen, its bounds and its presets
2.  ``activations``  the activation functions and their derivatives
3.  ``model``        the network itself: linear layers with an activation between them
4.  ``data``         the digits it learns from; ``sources`` are MNIST's files, the built-in digits, a visitor's own
5.  ``augment``      how one digit becomes many
6.  ``backprop``     forward propagation, loss, backpropagation, line by line; ``tiny`` is the same in plain numbers,
                     for a network of four neurons that is calculated by hand
7.  ``optim``        from a gradient to a step; ``schedules`` change the learning rate over a run
8.  ``training``     the loop of both, one ``advance`` at a time; ``records`` are what it tells, ``fast`` makes it quick
9.  ``evaluation``   what the network got right, and what it mistook for what
10. ``inspection``   looking inside: ``layers``, ``units``, ``gradients``, ``health``, ``depth``; while it learns:
                     ``pulse``, and ``theory`` says what to expect; what if a weight were another: ``surgery``; why an
                     image is read as it is: ``evidence``, ``attribution``, ``preferences``, ``variations``,
                     ``stages``; over a test set: ``failures``, ``damage``, ``map``
11. ``drawing``      from a drawing on a canvas to an image like MNIST's
12. ``calibration``  how far a probability can be believed, and when none
13. ``checkpoint``   a trained network as a file, ``foreign`` one that others made; ``reader`` is a network that reads
                     one image and says how surely
14. ``games``        ``guessing``: draw what is asked against the clock; ``fooling``: change pixels until it is wrong
15. ``runs``         the same loop in processes of their own, with a remote control: ``jobs`` is what pages call,
                     ``run`` what is known of one, ``engine`` which worker has which run, ``messages`` what both
                     sides say, ``worker`` the other side, where runs take turns; on the cores that ``machine`` counts
16. ``teaching``     the guided experiments: ``curves`` are the words for what a run did, ``steps`` the kinds of
                     questions, ``experiments`` a file each, ``shares`` how often their claims came out
17. ``keeping``      runs that last: ``kept`` is what a list shows of one, ``store`` reads them, ``writing`` and
                     ``keeper`` keep them while they train, ``database`` opens what an older nnlab has kept
18. ``export``       a run as files that live without nnlab: ``script`` is its whole training on one page of PyTorch
19. ``compare``      runs side by side: ``grid`` says which, ``series`` has them trained, ``luck`` judges whether a
                     difference is more than luck; ``replay`` is a run from its kept states, as a film
20. ``workshop``     how the files were made that come with nnlab (``handwriting``, ``pretrain``, ``make_generator``),
                     and what measures it (``bench``, ``drawing_report``); the app imports nothing from there
21. ``cli``          all of it from the command line
22. ``ui``           the app; nothing else here imports Streamlit

Shape letters used in every docstring and shape comment:

    N  images in a batch        C  classes (10)          H, W  height and width of an image
    P  pixels of a digit (784)  D  units of a layer      L     layers
"""

import os

# Intel's library of matrix products, which torch comes with for x86 processors, orders a sum by the number of threads.
# Asked before its first product, it keeps to one order, at no measured cost: the same seed gives the same run to the
# bit, alone on the machine or beside others. Other libraries ignore the variable.
# Source: oneMKL's developer guide, "Conditional Numerical Reproducibility".
os.environ.setdefault("MKL_CBWR", "AUTO,STRICT")
