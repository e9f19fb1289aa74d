"""A class: people who train on one server, and see one another's runs on one board."""
