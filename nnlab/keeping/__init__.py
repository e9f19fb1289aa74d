"""Runs that last: across reloads, and when the server ends, in a data base and files in the user's data folder.

``store`` writes and reads them, ``keeper`` watches the runs that the server has and has the store keep what is new of
them, ``shelf`` says which store this server has. Nothing here imports torch or streamlit.

Read next: ``kept``.
"""
