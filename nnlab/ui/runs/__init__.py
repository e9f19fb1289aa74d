"""The page of a visitor's own runs: one module for each section, named in ``places``."""
