"""Rules: one file for each thing that may be wrong."""
