"""The controller's annotations: how their values are written, and what each of them is."""
