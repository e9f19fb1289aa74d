"""Runs side by side: which differ in what, how their curves and mistakes differ, and whether that is more than luck.

``grid`` says which runs a comparison is made of, ``series`` has them trained a few at a time, ``entry`` is what is
known of one of them, ``sharing`` what they have in common, ``luck`` judges a difference, ``disagreement`` finds the
images on which two networks disagree. Nothing but ``disagreement`` imports torch, nothing but a verdict imports SciPy.
"""
