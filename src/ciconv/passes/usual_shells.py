"""The shells that systems run scripts with that name none, where it is not GitHub's.

https://docs.gitlab.com/runner/shells/
https://circleci.com/docs/reference/configuration-reference/#default-shell-options
https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/#sh-shell-script
"""

import re

from ciconv.ir.expression import Template, constant_text

USUAL_SHELLS = {
    "gitlab": "bash -eo pipefail {0}",
    "circleci": "bash -eo pipefail {0}",
    "jenkins": "sh -xe {0}",
}
WITHOUT_BASH = "sh -eo pipefail {0}"  # where a system takes bash if there is one
_NO_BASH = re.compile(
    r"alpine|(^|/)(docker|busybox)(:|$)|^gcr.io/kaniko|^curlimages/", re.IGNORECASE
)
_HAS_BASH = re.compile(
    r"bash|postg|^cimg/|alpine/(helm|k8s)", re.IGNORECASE
)  # it is installed there


def has_no_bash(image: Template | None) -> bool:
    """Return whether there surely is no bash in an image; None: no image is named."""
    said = constant_text(image)
    return _NO_BASH.search(said) is not None and _HAS_BASH.search(said) is None


def usual_shell(system: str, image: Template | None) -> str | None:
    """Return the shell that a job has where nothing is said of it; None where GitHub's is."""
    if system == "gitlab" and has_no_bash(image):
        return WITHOUT_BASH
    return USUAL_SHELLS.get(system)
