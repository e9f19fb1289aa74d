"""Runs that last: across reloads, and when the server ends, in a data base and files in the user's data folder.

``store`` reads them, ``writing`` keeps what is new of one, ``keeper`` watches the runs that the server has and has that
done, ``shelf`` says which store this server has. Nothing here imports torch or streamlit.

Read next: ``kept``.
"""
