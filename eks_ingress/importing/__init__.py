"""Python that makes the load balancers of manifests, and the proof that it does."""
