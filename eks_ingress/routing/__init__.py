"""The words an Ingress is written in, as plain data, and the compiler from routes to Ingresses."""
