"""Where digits come from: MNIST's files, a download, a visitor's own, the built-in ones. ``data`` is their facade."""
