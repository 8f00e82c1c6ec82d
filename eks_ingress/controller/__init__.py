"""What makes a cluster able to serve an Ingress: identity, permissions, and the controller's Helm release."""
