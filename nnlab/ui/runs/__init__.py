"""The page of one's runs."""
