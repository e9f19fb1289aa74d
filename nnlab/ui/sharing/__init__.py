"""The dialog of every page that hands its address on: to copy, as a QR code, and set up for a class."""
