"""Runs as pages see them, and the processes that train them; nothing here but ``worker`` imports torch."""
