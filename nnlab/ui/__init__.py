"""The app's user interface: the only part of nnlab that imports Streamlit.

Pages are thin scripts; what they share is here. Read ``shell`` (the frame of a page) first, then ``text``, ``state``.
"""
