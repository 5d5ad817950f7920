"""What a NixActions workflow, with the helper library and the trigger shim, can express."""

from ciconv.profile import Capability, Feature, Outcome, Profile, Support

_URL = "https://github.com/kitsunoff/nixactions"

_SHIM = "kept in the trigger shim, which starts the workflow"
_LIBRARY = "by the helper library"


def _native(feature: Feature, note: str) -> Capability:
    return Capability(feature, Support.NATIVE, None, note, _URL)


def _lowered(feature: Feature, note: str, outcome: Outcome | None = None) -> Capability:
    return Capability(feature, Support.LOWERED, outcome, note, _URL)


def _none(feature: Feature, outcome: Outcome, note: str) -> Capability:
    return Capability(feature, Support.NONE, outcome, note, _URL)


PROFILE = Profile(
    format="nixactions",
    capabilities=(
        _lowered(Feature.TRIGGERS, _SHIM),
        _lowered(
            Feature.PERMISSIONS,
            "it stands in the trigger shim, which may read the repository as well, to check it out",
            Outcome.APPROXIMATED,
        ),
        _lowered(
            Feature.JOB_PERMISSIONS,
            "the one job of the trigger shim has the rights of all jobs together",
            Outcome.APPROXIMATED,
        ),
        _lowered(Feature.CONCURRENCY, _SHIM),
        _none(
            Feature.JOB_CONCURRENCY,
            Outcome.APPROXIMATED,
            "runs of this job do not wait for each other: only whole workflows do, in the shim",
        ),
        _lowered(Feature.RUN_NAME, _SHIM),
        _lowered(
            Feature.ENVIRONMENT,
            "the environment '{detail}' guards the start of the whole run: it stands at the one "
            "job of the trigger shim",
            Outcome.APPROXIMATED,
        ),
        _none(
            Feature.ENVIRONMENTS,
            Outcome.MANUAL,
            "the gate of the environment '{detail}' cannot stand before the whole run, so the job "
            "begins with a step that fails",
        ),
        _lowered(
            Feature.SECRET,
            "a variable that the shim sets for the whole run: jobs that do not use it see it, too",
            Outcome.APPROXIMATED,
        ),
        _lowered(Feature.VARIABLE, "a variable that the shim sets"),
        _none(
            Feature.VARIABLE_NAME, Outcome.APPROXIMATED, "a variable has a name that shells take"
        ),
        _lowered(Feature.INPUT, "a variable that the shim sets"),
        _lowered(
            Feature.RUNNER,
            "the job '{detail}' runs where the whole workflow runs: on the runner of the shim",
            Outcome.APPROXIMATED,
        ),
        _lowered(
            Feature.CONTAINER,
            "each step is started with docker in the image '{detail}'",
            Outcome.LOWERED,
        ),
        _lowered(
            Feature.SERVICE,
            "the service '{detail}' is started and stopped by steps, with docker",
            Outcome.LOWERED,
        ),
        _lowered(Feature.MATRIX, "one job for each combination"),
        _none(
            Feature.DYNAMIC_MATRIX,
            Outcome.MANUAL,
            "the matrix of '{detail}' is computed during the run, and Nix has to know it before: "
            "the job became one that fails",
        ),
        _none(
            Feature.FAIL_FAST,
            Outcome.APPROXIMATED,
            "the other jobs of the matrix '{detail}' go on when one of them fails",
        ),
        _none(
            Feature.MAX_PARALLEL,
            Outcome.APPROXIMATED,
            "all jobs of the matrix run at the same time",
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
        _lowered(Feature.TOOL, "by the catalog: packages of nixpkgs or a script"),
        _lowered(Feature.TOOL_INPUT, "by the catalog"),
        _lowered(Feature.TOOL_VERSION, "by the catalog"),
        _lowered(Feature.CHECKOUT, "is the copy of the repository that each job has, or a clone"),
        _lowered(Feature.CACHE, "is a folder of the machine that runs it"),
        _lowered(Feature.ARTIFACT, "is a folder of the run"),
        _none(Feature.REPORT, Outcome.DROPPED, "nothing shows reports"),
        _lowered(Feature.OUTPUT, _LIBRARY),
        _lowered(Feature.EXPRESSION, "by bash and Nix"),
        _none(
            Feature.CANCELLED,
            Outcome.APPROXIMATED,
            "cancelled() is never true: a cancelled run ends at once",
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
        _lowered(Feature.TIMEOUT, _LIBRARY),
        _none(Feature.CANCEL_TIMEOUT, Outcome.DROPPED, "a cancelled run ends at once"),
        _none(
            Feature.COSMETIC,
            Outcome.DROPPED,
            "'{detail}' only changes what people are shown, and is left out",
        ),
        _none(Feature.EXTRA, Outcome.MANUAL, "'{detail}' has no counterpart"),
        _lowered(Feature.FILTER, _SHIM),
        _lowered(Feature.STAGE, "needs of all jobs of earlier stages"),
        _lowered(Feature.CHOICE, "one condition"),
        _none(
            Feature.MANUAL_START,
            Outcome.MANUAL,
            "nobody can start the job '{detail}' by hand inside a run, so it begins with a step "
            "that fails",
        ),
        _none(
            Feature.DELAYED_START, Outcome.APPROXIMATED, "the job '{detail}' starts without delay"
        ),
        _none(
            Feature.EXIT_CODE,
            Outcome.APPROXIMATED,
            "the job '{detail}' may not fail, with whatever exit code",
        ),
        _none(Feature.INTERRUPTIBLE, Outcome.APPROXIMATED, "no newer run ends the job '{detail}'"),
        _none(Feature.RETRY, Outcome.APPROXIMATED, "'{detail}' is tried once"),
        _none(
            Feature.APPROVAL,
            Outcome.MANUAL,
            "nobody can approve inside a run, so '{detail}' became a job that fails",
        ),
        _lowered(Feature.FINALLY, "steps with a condition of their own"),
        _none(
            Feature.MACHINE_SIZE,
            Outcome.APPROXIMATED,
            "all jobs share the machine that runs the program, whatever '{detail}' is",
        ),
        _none(
            Feature.CONTEXT,
            Outcome.MANUAL,
            "the variables of the context '{detail}' are nowhere in the file: whoever starts the "
            "program has to set them",
        ),
    ),
)
