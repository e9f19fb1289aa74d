"""The Class page: a class is opened or entered, and its board shown."""
