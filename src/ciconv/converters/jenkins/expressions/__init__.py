"""Groovy expressions ↔ expressions of the IR."""
