"""The jobs of a pipeline, both directions."""
