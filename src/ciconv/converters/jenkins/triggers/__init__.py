"""`triggers` and `parameters`: what starts a pipeline and what is asked of whoever does."""
