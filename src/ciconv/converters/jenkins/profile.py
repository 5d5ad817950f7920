"""What a declarative Jenkinsfile, in a multibranch job, can express."""

from ciconv.profile import Capability, Feature, Outcome, Profile, Support

_URL = "https://www.jenkins.io/doc/book/pipeline/syntax/"
_STEPS = "https://www.jenkins.io/doc/pipeline/steps/workflow-basic-steps/"
_BRANCHES = "https://www.jenkins.io/doc/book/pipeline/multibranch/"
_SECRETS = "https://www.jenkins.io/doc/book/using/using-credentials/"
_DOCKER = "https://www.jenkins.io/doc/book/pipeline/docker/"


def _native(feature: Feature, note: str, url: str = _URL) -> Capability:
    return Capability(feature, Support.NATIVE, None, note, url)


def _said(feature: Feature, outcome: Outcome, note: str, url: str = _URL) -> Capability:
    """Written by a construct of its own, of which the user has to know something."""
    return Capability(feature, Support.NATIVE, outcome, note, url)


def _lowered(
    feature: Feature, note: str, outcome: Outcome | None = None, url: str = _URL
) -> Capability:
    return Capability(feature, Support.LOWERED, outcome, note, url)


def _none(feature: Feature, outcome: Outcome, note: str, url: str = _URL) -> Capability:
    return Capability(feature, Support.NONE, outcome, note, url)


_RUN = (
    _none(
        Feature.TRIGGERS,
        Outcome.MANUAL,
        "what builds branches, tags and change requests is set in the multibranch job, which has "
        "to be created; the pipeline looks itself whether it is meant by '{detail}'",
        _BRANCHES,
    ),
    _none(
        Feature.PERMISSIONS,
        Outcome.MANUAL,
        "what a run may do is what the credentials may that it uses",
        _SECRETS,
    ),
    _none(
        Feature.JOB_PERMISSIONS,
        Outcome.MANUAL,
        "what a job may do is what the credentials may that it uses",
        _SECRETS,
    ),
    _said(
        Feature.CONCURRENCY,
        Outcome.APPROXIMATED,
        "builds of one branch take turns (disableConcurrentBuilds), whatever the group is",
    ),
    _said(
        Feature.JOB_CONCURRENCY,
        Outcome.APPROXIMATED,
        "the stage holds a lock of the plugin lockable-resources; runs that wait are not dropped",
        "https://plugins.jenkins.io/lockable-resources/",
    ),
    _none(Feature.RUN_NAME, Outcome.DROPPED, "a build is called after its number"),
    _lowered(
        Feature.ENVIRONMENT,
        "the environment '{detail}' became an input: somebody has to agree before the stage",
        Outcome.MANUAL,
    ),
    _lowered(
        Feature.ENVIRONMENTS,
        "the environment '{detail}' became an input: somebody has to agree before the stage",
        Outcome.MANUAL,
    ),
    _said(
        Feature.SECRET,
        Outcome.MANUAL,
        "the credential '{detail}' (secret text) has to be created",
        _SECRETS,
    ),
    _none(
        Feature.VARIABLE,
        Outcome.MANUAL,
        "the variable '{detail}' has to be set for the folder or for all of Jenkins",
    ),
    _none(Feature.VARIABLE_NAME, Outcome.APPROXIMATED, "a variable has a name that shells take"),
    _said(
        Feature.INPUT,
        Outcome.APPROXIMATED,
        "the parameter '{detail}' has its default in every build that nobody starts by hand",
    ),
    _said(
        Feature.RUNNER,
        Outcome.APPROXIMATED,
        "the job '{detail}' runs on an agent with such a label, which has the tools it has",
    ),
    _none(
        Feature.MACHINE_SIZE,
        Outcome.APPROXIMATED,
        "the machine of the size '{detail}' became one with the same system: others have labels",
    ),
    _none(
        Feature.CONTEXT,
        Outcome.MANUAL,
        "the variables of the context '{detail}' are nowhere in the file: create credentials for "
        "them",
        _SECRETS,
    ),
    _native(Feature.TIMEOUT, "options { timeout }"),
    _none(Feature.CANCEL_TIMEOUT, Outcome.DROPPED, "an aborted build ends when its steps do"),
)

_JOBS = (
    _native(Feature.CONTAINER, "agent { docker }", _DOCKER),
    _said(
        Feature.SERVICE,
        Outcome.APPROXIMATED,
        "the service '{detail}' is a container that is started on the agent: by a first step, or, "
        "where the job is in a container, around its steps, which wait for nothing then",
        _DOCKER,
    ),
    _native(Feature.MATRIX, "matrix, or a stage for each combination"),
    _none(
        Feature.DYNAMIC_MATRIX,
        Outcome.MANUAL,
        "the matrix of '{detail}' is computed during the run, and the axes of a matrix are "
        "constant: the job became one that fails",
    ),
    _native(Feature.FAIL_FAST, "failFast true"),
    _none(
        Feature.MAX_PARALLEL, Outcome.APPROXIMATED, "all cells of the matrix run at the same time"
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
    _lowered(Feature.STAGE, "stages one after the other"),
    _lowered(Feature.CHOICE, "one condition"),
    _lowered(
        Feature.MANUAL_START,
        "the job '{detail}' waits until somebody agrees",
        Outcome.APPROXIMATED,
    ),
    _none(Feature.DELAYED_START, Outcome.APPROXIMATED, "the job '{detail}' starts without delay"),
    _none(
        Feature.EXIT_CODE,
        Outcome.APPROXIMATED,
        "the job '{detail}' may not fail, with whatever exit code",
    ),
    _none(
        Feature.INTERRUPTIBLE,
        Outcome.APPROXIMATED,
        "no newer run ends the job '{detail}'",
    ),
    _native(Feature.RETRY, "options { retry } and the step retry"),
    _native(Feature.APPROVAL, "input"),
    _none(
        Feature.CANCELLED,
        Outcome.APPROXIMATED,
        "what asks for cancelled() runs, or does not, whether or not the build was aborted",
    ),
)

_OF_STEPS = (
    _lowered(Feature.TOOL, "by the catalog: a step of a plugin or a script"),
    _lowered(Feature.TOOL_INPUT, "by the catalog"),
    _lowered(Feature.TOOL_VERSION, "by the catalog"),
    _lowered(Feature.CHECKOUT, "is 'checkout scm'"),
    _none(
        Feature.CACHE,
        Outcome.APPROXIMATED,
        "is left out: the workspace of an agent stays as it is between builds",
    ),
    _lowered(Feature.ARTIFACT, "is kept with archiveArtifacts and handed over with stash"),
    _native(Feature.REPORT, "the steps of the reports' plugins"),
    _lowered(Feature.OUTPUT, "variables of the build"),
    _lowered(Feature.EXPRESSION, "by Groovy and shell"),
    _native(Feature.SHELL, "sh, bat, powershell and pwsh"),
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
    _none(
        Feature.COSMETIC,
        Outcome.DROPPED,
        "'{detail}' only changes what people are shown, and is left out",
    ),
    _none(Feature.EXTRA, Outcome.MANUAL, "'{detail}' has no counterpart"),
    _none(
        Feature.FILTER,
        Outcome.MANUAL,
        "the pattern '{detail}' cannot be said by Jenkins: what it lets in starts nothing",
    ),
    _lowered(Feature.FINALLY, "post"),
)

PROFILE = Profile(format="jenkins", capabilities=(*_RUN, *_JOBS, *_OF_STEPS))
