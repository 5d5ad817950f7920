"""Text ↔ tree with positions and comments, for each language a pipeline is written in."""
