"""nnlab: see a neural network learn.

Read the modules in this order; each is short, and each begins by saying why it exists.

1.  ``config``       what can be chosen, its bounds and its presets
2.  ``activations``  the activation functions and their derivatives
3.  ``model``        the network itself: linear layers with an activation between them
4.  ``data``         the digits it learns from (``mnist_files``, ``idx`` and ``download`` are its hands)
5.  ``augment``      how one digit becomes many
6.  ``training``     loss, gradient, step: the loop, one ``advance`` at a time (``history`` is the record of it)
7.  ``evaluation``   what the network got right, and what it mistook for what
8.  ``inspection``   looking inside: activations, gradients, dead and saturated units
9.  ``drawing``      from a drawing on a canvas to an image like MNIST's
10. ``checkpoint``   a trained network as a file
11. ``jobs``         the same loop in a process of its own (``office`` and ``processes``), with a remote control
                     (``pipes``, ``worker`` and ``remote``)
12. ``cli`` and ``commands``  all of it from the command line

Nothing in this package imports Streamlit, except ``nnlab.ui``.

Shape letters used in every docstring and shape comment:

    N  images in a batch        C  classes (10)          H, W  height and width of an image
    P  pixels of a digit (784)  D  units of a layer      L     layers
"""
