"""The process that trains: ``python -m nnlab.runs.worker``."""
