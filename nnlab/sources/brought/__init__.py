"""Digits that a visitor brings: pictures, photos of a sheet, IDX, CSV and npz files. ``reading`` is the way in.

Read next: ``pictures`` opens a file, ``ink`` finds what is written, ``sheet`` cuts a page up, ``tables`` reads arrays,
``zips`` finds what a visitor took along.
"""
