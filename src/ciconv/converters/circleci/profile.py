"""What CircleCI can express, and what becomes of the things other systems have."""

from ciconv.profile import Capability, Feature, Outcome, Profile, Support

_DOCS = "https://circleci.com/docs/"
_CONFIGURATION = "reference/configuration-reference/"


def _native(feature: Feature, note: str, page: str = _CONFIGURATION) -> Capability:
    return Capability(feature, Support.NATIVE, None, note, _DOCS + page)


def _lowered(
    feature: Feature, note: str, outcome: Outcome | None = None, page: str = _CONFIGURATION
) -> Capability:
    return Capability(feature, Support.LOWERED, outcome, note, _DOCS + page)


def _none(feature: Feature, outcome: Outcome, note: str, page: str = _CONFIGURATION) -> Capability:
    return Capability(feature, Support.NONE, outcome, note, _DOCS + page)


_RIGHTS = "jobs have no token of the repository: what needs one is handed a secret"
_GATE = (
    "who may deploy to the environment '{detail}' is a setting: create the context of that name, "
    "with its secrets, and restrict it"
)

PROFILE = Profile(
    format="circleci",
    capabilities=(
        _native(Feature.TRIGGERS, "filters of jobs, and 'when' of workflows"),
        _none(Feature.PERMISSIONS, Outcome.DROPPED, _RIGHTS),
        _none(Feature.JOB_PERMISSIONS, Outcome.DROPPED, _RIGHTS),
        _none(
            Feature.CONCURRENCY,
            Outcome.APPROXIMATED,
            "workflows do not wait for each other; a setting of the project cancels older ones",
            "guides/orchestrate/skip-build/",
        ),
        _lowered(
            Feature.JOB_CONCURRENCY,
            "the jobs of a 'serial-group' wait for each other: none is cancelled",
            Outcome.APPROXIMATED,
        ),
        _none(Feature.RUN_NAME, Outcome.DROPPED, "workflows have no name of a single run"),
        *(
            _lowered(feature, _GATE, Outcome.MANUAL, "guides/security/contexts/")
            for feature in (Feature.ENVIRONMENT, Feature.ENVIRONMENTS)
        ),
        _lowered(
            Feature.SECRET,
            "create the variable '{detail}' in the project, or in a context",
            Outcome.MANUAL,
            "guides/security/set-environment-variable/",
        ),
        _lowered(Feature.VARIABLE, "a variable of the project or of a context"),
        _lowered(Feature.VARIABLE_NAME, "a variable with a name that shells take"),
        _lowered(
            Feature.INPUT,
            "'{detail}' is a pipeline parameter, which has its default in every pipeline",
            Outcome.LOWERED,
        ),
        _lowered(Feature.RUNNER, "a machine, an image or macOS"),
        _native(Feature.MACHINE_SIZE, "resource_class"),
        _native(Feature.CONTAINER, "docker"),
        _native(Feature.SERVICE, "further images of docker"),
        _native(Feature.MATRIX, "matrix, or one item for each combination"),
        _none(
            Feature.DYNAMIC_MATRIX,
            Outcome.MANUAL,
            "the matrix of '{detail}' is computed during the run, and CircleCI has to know it "
            "before: the job begins with a step that fails",
            "guides/orchestrate/dynamic-config/",
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
            "the output '{detail}' is not handed back to the workflow that calls this one",
        ),
        _lowered(Feature.TOOL, "by the catalog: a script or an image"),
        _lowered(Feature.TOOL_INPUT, "by the catalog"),
        _lowered(Feature.TOOL_VERSION, "by the catalog"),
        _lowered(Feature.CHECKOUT, "is the step 'checkout', which brings all of the history"),
        _lowered(Feature.CACHE, "restore_cache and save_cache", page="guides/optimize/caching/"),
        _lowered(
            Feature.ARTIFACT,
            "store_artifacts, and the workspace",
            page="guides/optimize/artifacts/",
        ),
        _native(Feature.REPORT, "store_test_results"),
        _lowered(Feature.OUTPUT, "a file in the workspace"),
        _lowered(Feature.EXPRESSION, "pipeline values, and the script"),
        _none(
            Feature.CANCELLED,
            Outcome.APPROXIMATED,
            "cancelled() is never true: a cancelled workflow starts no job and no step",
        ),
        _lowered(Feature.SHELL, "shell"),
        _native(Feature.BACKGROUND, "background"),
        _lowered(
            Feature.PARALLEL_STEPS,
            "the steps of the group run one after the other",
            Outcome.APPROXIMATED,
        ),
        _lowered(Feature.TIMEOUT, "of steps, in the script"),
        _none(Feature.CANCEL_TIMEOUT, Outcome.DROPPED, "a cancelled job ends at once"),
        _none(Feature.EXTRA, Outcome.MANUAL, "'{detail}' has no counterpart"),
        _lowered(Feature.FILTER, "regular expressions of Java"),
        _none(Feature.COSMETIC, Outcome.DROPPED, "'{detail}' is left out: it changes no run"),
        _lowered(Feature.STAGE, "requires of all jobs of earlier stages"),
        _lowered(Feature.CHOICE, "one condition"),
        _lowered(Feature.MANUAL_START, "the job '{detail}' waits for an approval", Outcome.LOWERED),
        _none(
            Feature.DELAYED_START, Outcome.APPROXIMATED, "the job '{detail}' starts without delay"
        ),
        _none(
            Feature.EXIT_CODE,
            Outcome.APPROXIMATED,
            "the job '{detail}' may not fail, with whatever exit code",
        ),
        _none(
            Feature.INTERRUPTIBLE,
            Outcome.APPROXIMATED,
            "whether a newer run ends the job '{detail}' is a setting of the project",
        ),
        _none(Feature.RETRY, Outcome.APPROXIMATED, "the job '{detail}' is tried once"),
        _native(Feature.APPROVAL, "type: approval"),
        _lowered(Feature.FINALLY, "steps with 'when: always'"),
        _native(Feature.CONTEXT, "context", "guides/security/contexts/"),
    ),
)
