"""Folders that scripts of ours put files into, which nobody named, so that an artifact has them."""

import re

OF_ARTIFACTS = ".artifacts"  # GitLab: those of a job that has several; copies of their files
OF_OUTSIDE = ".outside"  # GitLab: copies of files that are not below the project
OF_PACKED = "ci-artifacts"  # GitHub, which leaves hidden files out of artifacts
OF_WORKSPACE = "/tmp/workspace"  # CircleCI: of artifacts that are handed on under their names

_ALL = (OF_ARTIFACTS, OF_OUTSIDE, OF_PACKED, OF_WORKSPACE)
_BELOW = re.compile(rf"!?(?:{'|'.join(map(re.escape, _ALL))})(?:/.*)?")


def is_collected(path: str) -> bool:
    """Return whether a path, or one that is left out, is of files that were put there by us."""
    return _BELOW.fullmatch(path) is not None
