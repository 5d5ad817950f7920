"""The name of the program that a pipeline becomes: asked by its writer, and by what starts it."""

import re

_TAKEN = ("ciconv-lib", "default", "flake-module")  # by the files and outputs beside the programs


def program_name(pipeline: str) -> str:
    """Return the name of the program of the pipeline of that id: lower-case words joined by `-`."""
    name = re.sub(r"[^a-z0-9_]+", "-", pipeline.lower()).strip("-") or "workflow"
    return f"{name}-workflow" if name in _TAKEN else name
