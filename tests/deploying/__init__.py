"""The parts of tests/deploy that need no cluster and no AWS."""
