"""GitLab CI.

https://docs.gitlab.com/ci/variables/predefined_variables/
"""

from collections.abc import Mapping

from ciconv.ir.expression import Constant
from ciconv.ir.trigger import EventKind
from ciconv.passes.usual_shells import USUAL_SHELLS, WITHOUT_BASH
from ciconv.simulation.event import PULL_REQUESTS, Event, base_of, branch_of, id_of, native_of
from ciconv.simulation.plan import State
from ciconv.simulation.systems.github import GITHUB
from ciconv.simulation.systems.system import System, every_file_but_of_pushes

# https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable
SOURCES = {
    EventKind.PUSH: "push",
    EventKind.PULL_REQUEST: "merge_request_event",
    EventKind.SCHEDULE: "schedule",
    EventKind.MANUAL: "web",
    EventKind.API: "api",
    EventKind.UPSTREAM: "pipeline",
    EventKind.CALL: "parent_pipeline",
    EventKind.RELEASE: "push",
}


def variables(event: Event) -> Mapping[str, Constant]:
    """Return the variables of GitLab that an event decides; None is one that is not defined."""
    is_merge = event.kind in PULL_REQUESTS
    name = branch_of(event) or event.tag or ""
    found: dict[str, Constant] = {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": SOURCES.get(event.kind, "trigger"),
        "CI_COMMIT_BRANCH": None if is_merge else branch_of(event),
        "CI_COMMIT_TAG": event.tag,
        "CI_COMMIT_REF_NAME": name,
        "CI_DEFAULT_BRANCH": event.default_branch,
        "CI_MERGE_REQUEST_IID": str(event.number) if is_merge else None,
        "CI_MERGE_REQUEST_ID": str(id_of(event)) if is_merge else None,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": branch_of(event) if is_merge else None,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": base_of(event) if is_merge else None,
        # known for pushes of branches with an open merge request; we take it there is none
        "CI_OPEN_MERGE_REQUESTS": None,
        "GITHUB_EVENT_NAME": native_of(event) if event.kind is EventKind.OTHER else None,
    }
    if event.kind is not EventKind.SCHEDULE or event.cron is not None:
        # what a schedule is called is up to people; our files ask them for its time
        found["CI_PIPELINE_SCHEDULE_DESCRIPTION"] = event.cron
    if not is_merge:
        for one in ("PROJECT_ID", "EVENT_TYPE", "LABELS", "TITLE", "SOURCE_PROJECT_PATH"):
            found[f"CI_MERGE_REQUEST_{one}"] = None
    else:
        found["CI_MERGE_REQUEST_EVENT_TYPE"] = "detached"
    if event.actor is not None:
        found["GITLAB_USER_LOGIN"] = event.actor
    return found


GITLAB = System(
    name="gitlab",
    request="merge request",
    spoken={
        ("event",): "$CI_PIPELINE_SOURCE",
        ("ref", "name"): "$CI_COMMIT_REF_NAME",
        ("inputs",): "$",
        ("env",): "$",
    },
    events=SOURCES,
    shell=USUAL_SHELLS["gitlab"],
    shells={"pwsh": GITHUB.shells["pwsh"]},
    shell_without_bash=WITHOUT_BASH,
    shell_on_windows="powershell {0}",
    ends_cancelled=True,
    idle=State.ABSENT,
    ambient=True,
    sees_env=True,
    every_file=every_file_but_of_pushes,
    variables=variables,
    values={"CI_COMMIT_SHA": ("commit", "sha")},
)
