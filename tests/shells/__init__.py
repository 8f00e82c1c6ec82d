"""Shells that need not be on a developer's machine: `make shells` has them complete a command line."""
