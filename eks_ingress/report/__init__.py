"""A plan for people to read."""
