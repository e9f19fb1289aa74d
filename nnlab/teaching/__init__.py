"""Guided experiments: predict first, then run, then compare what you said with what your own run measured.

No answer is kept anywhere. An experiment knows which trials to train and how to find the answer in what they measured;
so a question is judged by the visitor's own run, and an explanation quotes its numbers. Whether what an explanation
claims comes out with every seed has been tried, and ``shares`` says how often it did.

Read in this order: ``curves``, ``results``, ``steps``, ``experiments``, ``trials``, ``shares``.
"""
