"""What starts a pipeline, both directions."""
