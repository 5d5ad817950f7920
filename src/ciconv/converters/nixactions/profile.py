"""What a NixActions workflow, with the helper library and the trigger shim, can express."""

from ciconv.profile import Feature, Outcome, Pages, Profile

_PAGES = Pages("https://github.com/kitsunoff/nixactions", "")
_SHIM = "kept in the trigger shim, which starts the workflow"
_LIBRARY = "by the helper library"

PROFILE = Profile(
    format="nixactions",
    capabilities=(
        _PAGES.lowered(Feature.TRIGGERS, _SHIM),
        _PAGES.lowered(
            Feature.PERMISSIONS,
            "it stands in the trigger shim, which may read the repository as well, to check it out",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(
            Feature.JOB_PERMISSIONS,
            "the one job of the trigger shim has the rights of all jobs together",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(Feature.CONCURRENCY, _SHIM),
        _PAGES.none(
            Feature.JOB_CONCURRENCY,
            "runs of this job do not wait for each other: only whole workflows do, in the shim",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(Feature.RUN_NAME, _SHIM),
        _PAGES.lowered(
            Feature.ENVIRONMENT,
            "the environment '{detail}' guards the start of the whole run: it stands at the one "
            "job of the trigger shim",
            Outcome.APPROXIMATED,
        ),
        _PAGES.none(
            Feature.ENVIRONMENTS,
            "the gate of the environment '{detail}' cannot stand before the whole run, so the job "
            "begins with a step that fails",
            Outcome.MANUAL,
        ),
        _PAGES.lowered(
            Feature.SECRET,
            "a variable that the shim sets for the whole run: jobs that do not use it see it, too",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(Feature.VARIABLE, "a variable that the shim sets"),
        _PAGES.none(
            Feature.VARIABLE_NAME, "a variable has a name that shells take", Outcome.APPROXIMATED
        ),
        _PAGES.lowered(Feature.INPUT, "a variable that the shim sets"),
        _PAGES.lowered(
            Feature.RUNNER,
            "the job '{detail}' runs where the whole workflow runs: on the runner of the shim",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(
            Feature.CONTAINER,
            "each step is started with docker in the image '{detail}'",
            Outcome.LOWERED,
        ),
        _PAGES.lowered(
            Feature.SERVICE,
            "the service '{detail}' is started and stopped by steps, with docker",
            Outcome.LOWERED,
        ),
        _PAGES.lowered(Feature.MATRIX, "one job for each combination"),
        _PAGES.none(
            Feature.DYNAMIC_MATRIX,
            "the matrix of '{detail}' is computed during the run, and Nix has to know it before: "
            "the job became one that fails",
            Outcome.MANUAL,
        ),
        _PAGES.none(
            Feature.MAX_PARALLEL,
            "all jobs of the matrix run at the same time",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(Feature.TOOL, "by the catalog: packages of nixpkgs or a script"),
        _PAGES.lowered(
            Feature.CHECKOUT, "became the copy of the repository that each job has, or a clone"
        ),
        _PAGES.lowered(Feature.CACHE, "became a folder of the machine that runs the job"),
        _PAGES.lowered(Feature.ARTIFACT, "became a folder of the run"),
        _PAGES.none(
            Feature.REPORT, "reports are left out, as nothing would show them", Outcome.DROPPED
        ),
        _PAGES.lowered(Feature.OUTPUT, _LIBRARY),
        _PAGES.lowered(Feature.EXPRESSION, "by bash and Nix"),
        _PAGES.none(
            Feature.CANCELLED,
            "cancelled() is never true: a cancelled run ends at once",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(Feature.TIMEOUT, _LIBRARY),
        _PAGES.none(Feature.CANCEL_TIMEOUT, "a cancelled run ends at once", Outcome.DROPPED),
        _PAGES.lowered(Feature.FILTER, _SHIM),
        _PAGES.none(
            Feature.MANUAL_START,
            "nobody can start the job '{detail}' by hand inside a run, so it begins with a step "
            "that fails",
            Outcome.MANUAL,
        ),
        _PAGES.none(
            Feature.APPROVAL,
            "nobody can approve inside a run, so '{detail}' became a job that fails",
            Outcome.MANUAL,
        ),
        _PAGES.lowered(Feature.FINALLY, "steps with a condition of their own"),
        _PAGES.none(
            Feature.MACHINE_SIZE,
            "all jobs share the machine that runs the program, whatever '{detail}' is",
            Outcome.APPROXIMATED,
        ),
        _PAGES.none(
            Feature.CONTEXT,
            "the variables of the context '{detail}' are not in the file: set them where the "
            "program is started",
            Outcome.MANUAL,
        ),
        *_PAGES.as_most(
            Feature.FAIL_FAST,
            Feature.CALL,
            Feature.CALL_OUTPUT,
            Feature.TOOL_INPUT,
            Feature.TOOL_VERSION,
            Feature.SHELL,
            Feature.BACKGROUND,
            Feature.PARALLEL_STEPS,
            Feature.COSMETIC,
            Feature.EXTRA,
            Feature.STAGE,
            Feature.CHOICE,
            Feature.DELAYED_START,
            Feature.EXIT_CODE,
            Feature.INTERRUPTIBLE,
            Feature.RETRY,
        ),
    ),
)
