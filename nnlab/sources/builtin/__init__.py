"""The built-in digits: a small network that writes, and the data set it writes.

``digits`` is the data set, ``cache`` its file, ``generator`` the network; ``workshop.make_generator`` trained it.
"""
