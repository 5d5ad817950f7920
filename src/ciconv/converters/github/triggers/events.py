"""The events of GitHub that start a workflow.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from ciconv.ir.trigger import EventKind

KINDS = {
    "push": EventKind.PUSH,
    "pull_request": EventKind.PULL_REQUEST,
    "pull_request_target": EventKind.PULL_REQUEST_TARGET,
    "schedule": EventKind.SCHEDULE,
    "workflow_dispatch": EventKind.MANUAL,
    "repository_dispatch": EventKind.API,
    "workflow_run": EventKind.UPSTREAM,
    "workflow_call": EventKind.CALL,
    "merge_group": EventKind.MERGE_QUEUE,
    "release": EventKind.RELEASE,
}
OTHER_EVENTS = frozenset(
    """
    branch_protection_rule check_run check_suite create delete deployment deployment_status
    discussion discussion_comment fork gollum image_version issue_comment issues label milestone
    page_build project project_card project_column public pull_request_comment
    pull_request_review pull_request_review_comment registry_package status watch
    """.split()  # noqa: SIM905 - one line an event would hide the rest of the file
)
NAMES = {kind: name for name, kind in KINDS.items()}
