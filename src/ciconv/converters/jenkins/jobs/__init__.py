"""Stages and what they hold ↔ jobs."""
