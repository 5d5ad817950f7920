"""The shells that systems run scripts with that name none, where it is not GitHub's.

https://docs.gitlab.com/runner/shells/
https://circleci.com/docs/reference/configuration-reference/#default-shell-options
https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/#sh-shell-script
"""

USUAL_SHELLS = {
    "gitlab": "bash -eo pipefail {0}",
    "circleci": "bash -eo pipefail {0}",
    "jenkins": "sh -xe {0}",
}
