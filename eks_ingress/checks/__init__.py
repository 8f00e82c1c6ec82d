"""What would go wrong in the cluster, one rule at a time."""
