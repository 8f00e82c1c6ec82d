"""Kubernetes objects from the typed words, and the way they go into CloudFormation and come back out of it."""
