"""An AWS on this machine: moto, with a recorder in front of it that keeps every call, and faults that can be put into it."""
