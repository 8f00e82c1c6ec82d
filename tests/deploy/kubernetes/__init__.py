"""A real Kubernetes on this machine, and a kubelet that runs the real controller."""
