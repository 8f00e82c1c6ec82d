"""The constructs that a user adds to an EksIngress."""
