"""What CircleCI can express, and what becomes of the things other systems have."""

from ciconv.profile import Feature, Outcome, Pages, Profile

_PAGES = Pages("https://circleci.com/docs/", "reference/configuration-reference/")
_RIGHTS = "jobs have no token of the repository: pass a secret to what needs one"
_GATE = (
    "who may deploy to the environment '{detail}' is a setting: create the context of that name, "
    "with its secrets, and restrict it"
)

PROFILE = Profile(
    format="circleci",
    capabilities=(
        _PAGES.native(Feature.TRIGGERS, "filters of jobs, and 'when' of workflows"),
        _PAGES.none(Feature.PERMISSIONS, _RIGHTS, Outcome.DROPPED),
        _PAGES.none(Feature.JOB_PERMISSIONS, _RIGHTS, Outcome.DROPPED),
        _PAGES.none(
            Feature.CONCURRENCY,
            "workflows do not wait for each other; a setting of the project cancels older ones",
            Outcome.APPROXIMATED,
            page="guides/orchestrate/skip-build/",
        ),
        _PAGES.lowered(
            Feature.JOB_CONCURRENCY,
            "the jobs of a 'serial-group' wait for each other: none is cancelled",
            Outcome.APPROXIMATED,
        ),
        _PAGES.none(Feature.RUN_NAME, "workflows have no name of a single run", Outcome.DROPPED),
        _PAGES.lowered(
            Feature.ENVIRONMENT, _GATE, Outcome.MANUAL, page="guides/security/contexts/"
        ),
        _PAGES.lowered(
            Feature.ENVIRONMENTS, _GATE, Outcome.MANUAL, page="guides/security/contexts/"
        ),
        _PAGES.lowered(
            Feature.SECRET,
            "create the variable '{detail}' in the project, or in a context",
            Outcome.MANUAL,
            page="guides/security/set-environment-variable/",
        ),
        _PAGES.lowered(Feature.VARIABLE, "a variable of the project or of a context"),
        _PAGES.lowered(
            Feature.INPUT,
            "'{detail}' is a pipeline parameter, which has its default in every pipeline",
            Outcome.LOWERED,
        ),
        _PAGES.lowered(Feature.RUNNER, "a machine, an image or macOS"),
        _PAGES.native(Feature.MACHINE_SIZE, "resource_class"),
        _PAGES.native(Feature.CONTAINER, "docker"),
        _PAGES.native(Feature.SERVICE, "further images of docker"),
        _PAGES.native(Feature.MATRIX, "matrix, or one item for each combination"),
        _PAGES.none(
            Feature.DYNAMIC_MATRIX,
            "the matrix of '{detail}' is computed during the run, and CircleCI has to know it "
            "before: the job begins with a step that fails",
            Outcome.MANUAL,
            page="guides/orchestrate/dynamic-config/",
        ),
        _PAGES.lowered(Feature.TOOL, "by the catalog: a script or an image"),
        _PAGES.lowered(
            Feature.CHECKOUT, "became the step 'checkout', which fetches the whole history"
        ),
        _PAGES.lowered(
            Feature.CACHE,
            "became restore_cache and save_cache",
            page="guides/optimize/caching/",
        ),
        _PAGES.lowered(
            Feature.ARTIFACT,
            "became store_artifacts and the workspace",
            page="guides/optimize/artifacts/",
        ),
        _PAGES.native(Feature.REPORT, "store_test_results"),
        _PAGES.lowered(Feature.OUTPUT, "a file in the workspace"),
        _PAGES.lowered(Feature.EXPRESSION, "pipeline values, and the script"),
        _PAGES.none(
            Feature.CANCELLED,
            "cancelled() is never true: a cancelled workflow starts no job and no step",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(Feature.SHELL, "shell"),
        _PAGES.native(Feature.BACKGROUND, "background"),
        _PAGES.lowered(Feature.TIMEOUT, "of steps, in the script"),
        _PAGES.none(Feature.CANCEL_TIMEOUT, "a cancelled job ends at once", Outcome.DROPPED),
        _PAGES.lowered(Feature.FILTER, "regular expressions of Java"),
        _PAGES.none(Feature.COSMETIC, "'{detail}' is left out: it changes no run", Outcome.DROPPED),
        _PAGES.lowered(Feature.STAGE, "requires of all jobs of earlier stages"),
        _PAGES.lowered(
            Feature.MANUAL_START, "the job '{detail}' waits for an approval", Outcome.LOWERED
        ),
        _PAGES.none(
            Feature.INTERRUPTIBLE,
            "whether a newer run ends the job '{detail}' is a setting of the project",
            Outcome.APPROXIMATED,
        ),
        _PAGES.none(Feature.RETRY, "the job '{detail}' is not retried", Outcome.APPROXIMATED),
        _PAGES.native(Feature.APPROVAL, "type: approval"),
        _PAGES.lowered(Feature.FINALLY, "steps with 'when: always'"),
        _PAGES.native(Feature.CONTEXT, "context", page="guides/security/contexts/"),
        *_PAGES.as_most(
            Feature.VARIABLE_NAME,
            Feature.FAIL_FAST,
            Feature.MAX_PARALLEL,
            Feature.CALL,
            Feature.CALL_OUTPUT,
            Feature.TOOL_INPUT,
            Feature.TOOL_VERSION,
            Feature.PARALLEL_STEPS,
            Feature.EXTRA,
            Feature.CHOICE,
            Feature.DELAYED_START,
            Feature.EXIT_CODE,
        ),
    ),
)
