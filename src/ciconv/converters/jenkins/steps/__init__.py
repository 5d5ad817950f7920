"""The steps of a stage ↔ steps of a job."""
