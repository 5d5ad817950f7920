"""What GitLab CI/CD can express, and what becomes of the things other systems have."""

from ciconv.profile import Capability, Feature, Outcome, Profile, Support

_DOCS = "https://docs.gitlab.com/ci/"
_YAML = f"{_DOCS}yaml/"


def _native(feature: Feature, note: str, page: str = "yaml/") -> Capability:
    return Capability(feature, Support.NATIVE, None, note, _DOCS + page)


def _lowered(
    feature: Feature, note: str, outcome: Outcome | None = None, page: str = "yaml/"
) -> Capability:
    return Capability(feature, Support.LOWERED, outcome, note, _DOCS + page)


def _none(feature: Feature, outcome: Outcome, note: str, page: str = "yaml/") -> Capability:
    return Capability(feature, Support.NONE, outcome, note, _DOCS + page)


PROFILE = Profile(
    format="gitlab",
    capabilities=(
        _native(Feature.TRIGGERS, "workflow:rules, and rules of the jobs", "yaml/workflow/"),
        _none(
            Feature.PERMISSIONS,
            Outcome.APPROXIMATED,
            "the token of a job has the rights that the project gives to all job tokens",
            "jobs/ci_job_token/",
        ),
        _none(
            Feature.JOB_PERMISSIONS,
            Outcome.APPROXIMATED,
            "the token of a job has the rights that the project gives to all job tokens",
            "jobs/ci_job_token/",
        ),
        _lowered(Feature.CONCURRENCY, "resource_group, or interruptible with auto_cancel"),
        _lowered(
            Feature.JOB_CONCURRENCY,
            "the jobs of a 'resource_group' wait for each other: none is cancelled or left out",
            Outcome.APPROXIMATED,
            "resource_groups/",
        ),
        _native(Feature.RUN_NAME, "workflow:name", "yaml/#workflowname"),
        *(
            _lowered(
                feature,
                "who may deploy to the environment '{detail}' is a setting: protect it",
                Outcome.MANUAL,
                "environments/protected_environments/",
            )
            for feature in (Feature.ENVIRONMENT, Feature.ENVIRONMENTS)
        ),
        _lowered(Feature.SECRET, "a CI/CD variable, which every job sees", page="variables/"),
        _lowered(Feature.VARIABLE, "a CI/CD variable, which every job sees", page="variables/"),
        _lowered(Feature.VARIABLE_NAME, "a variable with a name that shells take"),
        _lowered(
            Feature.INPUT,
            "a variable with a description, which has its default in every pipeline",
            page="pipelines/#prefill-variables-in-manual-pipelines",
        ),
        _lowered(Feature.RUNNER, "tags, and an image in place of a hosted machine"),
        _native(Feature.CONTAINER, "image", "docker/using_docker_images/"),
        _native(Feature.SERVICE, "services", "services/"),
        _native(Feature.MATRIX, "parallel:matrix", "yaml/#parallelmatrix"),
        _none(
            Feature.DYNAMIC_MATRIX,
            Outcome.MANUAL,
            "the matrix of '{detail}' is computed during the run, and GitLab has to know it "
            "before: the job begins with a step that fails",
            "pipelines/downstream_pipelines/#dynamic-child-pipelines",
        ),
        _none(
            Feature.FAIL_FAST,
            Outcome.APPROXIMATED,
            "the other jobs of the matrix '{detail}' go on when one of them fails",
        ),
        _none(
            Feature.MAX_PARALLEL,
            Outcome.APPROXIMATED,
            "all jobs of the matrix may run at the same time",
        ),
        _none(
            Feature.CALL,
            Outcome.MANUAL,
            "calling the workflow '{detail}' became a job that fails: it is not at hand, or the "
            "call has a matrix",
        ),
        _none(
            Feature.CALL_OUTPUT,
            Outcome.MANUAL,
            "the output '{detail}' is not handed back to the pipeline that starts this one",
        ),
        _lowered(Feature.TOOL, "by the catalog: an image, a keyword or a script"),
        _lowered(Feature.TOOL_INPUT, "by the catalog"),
        _lowered(Feature.TOOL_VERSION, "by the catalog: the tag of an image"),
        _lowered(Feature.CHECKOUT, "is done by the runner before the script"),
        _lowered(Feature.CACHE, "is the keyword 'cache', around the whole script", page="caching/"),
        _lowered(Feature.ARTIFACT, "is the keyword 'artifacts'", page="jobs/job_artifacts/"),
        _lowered(
            Feature.REPORT,
            "is the keyword 'artifacts:reports', after the whole script",
            Outcome.LOWERED,
            "yaml/artifacts_reports/",
        ),
        _lowered(Feature.OUTPUT, "a dotenv report", page="yaml/artifacts_reports/"),
        _lowered(Feature.EXPRESSION, "rules:if, variables, and the script"),
        _none(
            Feature.CANCELLED,
            Outcome.APPROXIMATED,
            "cancelled() is never true: a cancelled pipeline starts no job and no step",
        ),
        _none(
            Feature.SHELL,
            Outcome.MANUAL,
            "the shell '{detail}' is only on Windows, so the script became a step that fails",
        ),
        _none(
            Feature.BACKGROUND,
            Outcome.MANUAL,
            "steps run one after the other, so this became a step that fails",
        ),
        _lowered(
            Feature.PARALLEL_STEPS,
            "the steps of the group run one after the other",
            Outcome.APPROXIMATED,
        ),
        _native(Feature.TIMEOUT, "timeout of jobs; steps have theirs in the script"),
        _none(Feature.CANCEL_TIMEOUT, Outcome.DROPPED, "the runner has a time limit of its own"),
        _none(
            Feature.COSMETIC,
            Outcome.DROPPED,
            "'{detail}' only changes what people are shown, and is left out",
        ),
        _none(Feature.EXTRA, Outcome.MANUAL, "'{detail}' has no counterpart"),
        _lowered(Feature.FILTER, "regular expressions of RE2, and globs of changes"),
        _native(Feature.STAGE, "stages"),
        _native(Feature.CHOICE, "rules", "jobs/job_rules/"),
        _native(Feature.MANUAL_START, "when: manual", "jobs/job_control/"),
        _native(Feature.DELAYED_START, "when: delayed", "jobs/job_control/"),
        _native(Feature.EXIT_CODE, "allow_failure:exit_codes"),
        _native(Feature.INTERRUPTIBLE, "interruptible"),
        _native(Feature.RETRY, "retry, at most twice"),
        Capability(
            Feature.APPROVAL,
            Support.NATIVE,
            Outcome.LOWERED,
            "the approval '{detail}' is a manual job, for which those that need it wait",
            f"{_DOCS}jobs/job_control/",
        ),
        _native(Feature.FINALLY, "after_script"),
        _none(
            Feature.MACHINE_SIZE,
            Outcome.APPROXIMATED,
            "the machine of the size '{detail}' became the usual one: other ones have tags",
        ),
        _none(
            Feature.CONTEXT,
            Outcome.MANUAL,
            "the variables of the context '{detail}' are nowhere in the file: create them as "
            "CI/CD variables, which every job sees",
            "variables/",
        ),
    ),
)
