"""Apps deployed, updated and destroyed on one machine: a real Kubernetes with the real controller, and moto for AWS."""
