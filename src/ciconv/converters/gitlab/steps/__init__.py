"""What a job runs, and the files it takes and gives. Both directions."""

from ciconv.converters.gitlab.steps.artifacts import Artifacts, read_artifacts
from ciconv.converters.gitlab.steps.caches import Caches, read_caches
from ciconv.converters.gitlab.steps.checkout import KEYWORDS, read_checkout
from ciconv.converters.gitlab.steps.scripts import Scripts, read_scripts

__all__ = [
    "KEYWORDS",
    "Artifacts",
    "Caches",
    "Scripts",
    "read_artifacts",
    "read_caches",
    "read_checkout",
    "read_scripts",
]
