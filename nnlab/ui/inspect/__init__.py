"""The Inspect page: ``page`` chooses a network, an image and a section; each section is a module with ``show``."""
