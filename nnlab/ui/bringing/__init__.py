"""Digits that a visitor brings as files, on every page that has the visitor's own digits: asked for, shown, counted."""
