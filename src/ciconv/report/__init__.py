"""Telling people and programs what a run found: one module for each form of report."""
