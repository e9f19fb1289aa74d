"""The Learn page: lessons."""
