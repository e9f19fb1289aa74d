"""The Compare page: runs of the visitor's own or of a grid, side by side, and whether a difference is luck."""
