"""Workflows and their jobs."""
