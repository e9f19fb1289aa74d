"""nnlab: see a neural network learn.

Read the modules in this order; each is short, and each begins by saying why it exists.

1.  ``config``       what can be chosen, its bounds and its presets
2.  ``activations``  the activation functions and their derivatives
3.  ``model``        the network itself: linear layers with an activation between them
4.  ``data``         the digits it learns from (``mnist_files``, ``idx`` and ``download`` are its hands)
5.  ``augment``      how one digit becomes many
6.  ``backprop``     forward propagation, loss, backpropagation, line by line (``kernels`` are its activations)
7.  ``optim``        from a gradient to a step
8.  ``training``     the loop of both, one ``advance`` at a time (``batches`` feeds it, ``history`` is the record of it,
                     ``replay`` lets a GPU repeat it)
9.  ``evaluation``   what the network got right, and what it mistook for what
10. ``inspection``   looking inside: activations, gradients, dead and saturated units; ``explain``: why one image is
                     read as it is
11. ``drawing``      from a drawing on a canvas to an image like MNIST's
12. ``calibration``  how far a probability can be believed, and when none
13. ``checkpoint``   a trained network as a file; ``reader`` is a network that reads one image and says how surely
14. ``handwriting``  digits as pen strokes, with the habits that MNIST hardly has (``handwriting_styles``)
15. ``pretrain``     how the network that comes with nnlab was made; ``builtin`` is the one that writes digits
16. ``jobs``         the same loop in a process of its own (``office`` and ``processes``), with a remote control
                     (``pipes``, ``worker`` and ``remote``), on the cores that ``machine`` counts; ``own_digits`` are a
                     visitor's among the images
17. ``cli`` and ``commands``  all of it from the command line; ``bench`` and ``drawing_report`` measure
18. ``own_digits``   a visitor's digits among the training images; ``archive`` packs them to take along
19. ``games`` and ``fooling``  draw what is asked against the clock; change pixels until the network is wrong

Nothing in this package imports Streamlit, except ``nnlab.ui``.

Shape letters used in every docstring and shape comment:

    N  images in a batch        C  classes (10)          H, W  height and width of an image
    P  pixels of a digit (784)  D  units of a layer      L     layers
"""

import os

# Intel's library of matrix products, which torch comes with for x86 processors, orders a sum by the number of threads.
# Asked before its first product, it keeps to one order, at no measured cost: the same seed gives the same run to the
# bit, alone on the machine or beside others. Other libraries do not know the word.
# Source: oneMKL's developer guide, "Conditional Numerical Reproducibility".
os.environ.setdefault("MKL_CBWR", "AUTO,STRICT")
