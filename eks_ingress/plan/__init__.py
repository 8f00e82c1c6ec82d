"""What the controller will build from the manifests: load balancers, their listeners, and the rules in order of evaluation."""
