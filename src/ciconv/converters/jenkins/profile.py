"""What a declarative Jenkinsfile, in a multibranch job, can express."""

from ciconv.profile import Feature, Outcome, Pages, Profile

_PAGES = Pages("https://www.jenkins.io/doc/", "book/pipeline/syntax/")
_GATE = "the environment '{detail}' became an 'input': somebody has to approve it before the stage"

PROFILE = Profile(
    format="jenkins",
    capabilities=(
        _PAGES.none(
            Feature.TRIGGERS,
            "create a multibranch job: it decides which branches, tags and change requests are "
            "built; the pipeline itself checks whether a build is for '{detail}'",
            Outcome.MANUAL,
            page="book/pipeline/multibranch/",
        ),
        _PAGES.none(
            Feature.PERMISSIONS,
            "a run may do what the credentials that it uses may do",
            Outcome.MANUAL,
            page="book/using/using-credentials/",
        ),
        _PAGES.none(
            Feature.JOB_PERMISSIONS,
            "a job may do what the credentials that it uses may do",
            Outcome.MANUAL,
            page="book/using/using-credentials/",
        ),
        _PAGES.native(
            Feature.CONCURRENCY,
            "builds of one branch take turns (disableConcurrentBuilds), whatever the group is",
            Outcome.APPROXIMATED,
        ),
        _PAGES.native(
            Feature.JOB_CONCURRENCY,
            "the stage holds a lock of the plugin lockable-resources; runs that wait are not "
            "dropped",
            Outcome.APPROXIMATED,
            page="pipeline/steps/lockable-resources/",
        ),
        _PAGES.none(Feature.RUN_NAME, "a build is named by its number", Outcome.DROPPED),
        _PAGES.lowered(Feature.ENVIRONMENT, _GATE, Outcome.MANUAL),
        _PAGES.lowered(Feature.ENVIRONMENTS, _GATE, Outcome.MANUAL),
        _PAGES.native(
            Feature.SECRET,
            "the credential '{detail}' (secret text) has to be created",
            Outcome.MANUAL,
            page="book/using/using-credentials/",
        ),
        _PAGES.none(
            Feature.VARIABLE,
            "the variable '{detail}' has to be set for the folder or for all of Jenkins",
            Outcome.MANUAL,
        ),
        _PAGES.none(
            Feature.VARIABLE_NAME, "a variable has a name that shells take", Outcome.APPROXIMATED
        ),
        _PAGES.native(
            Feature.INPUT,
            "the parameter '{detail}' has its default in every build that nobody starts by hand",
            Outcome.APPROXIMATED,
        ),
        _PAGES.native(
            Feature.RUNNER,
            "the job '{detail}' runs on an agent with this label, with whatever tools that agent "
            "has",
            Outcome.APPROXIMATED,
        ),
        _PAGES.none(
            Feature.MACHINE_SIZE,
            "the machine of the size '{detail}' became one with the same system: others have "
            "labels",
            Outcome.APPROXIMATED,
        ),
        _PAGES.none(
            Feature.CONTEXT,
            "the variables of the context '{detail}' are not in the file: create credentials "
            "for them",
            Outcome.MANUAL,
            page="book/using/using-credentials/",
        ),
        _PAGES.native(Feature.TIMEOUT, "options { timeout }"),
        _PAGES.none(
            Feature.CANCEL_TIMEOUT, "an aborted build ends when its steps do", Outcome.DROPPED
        ),
        _PAGES.native(Feature.CONTAINER, "agent { docker }", page="book/pipeline/docker/"),
        _PAGES.native(
            Feature.SERVICE,
            "the service '{detail}' is a container that is started on the agent: by a first step, "
            "or, where the job is in a container, around its steps; health checks are waited for",
            Outcome.APPROXIMATED,
            page="book/pipeline/docker/",
        ),
        _PAGES.native(Feature.MATRIX, "matrix, or a stage for each combination"),
        _PAGES.none(
            Feature.DYNAMIC_MATRIX,
            "the matrix of '{detail}' is computed during the run, and the axes of a matrix are "
            "constant: the job became one that fails",
            Outcome.MANUAL,
        ),
        _PAGES.native(Feature.FAIL_FAST, "failFast true"),
        _PAGES.none(
            Feature.MAX_PARALLEL,
            "all cells of the matrix run at the same time",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(Feature.STAGE, "stages one after the other"),
        _PAGES.lowered(
            Feature.MANUAL_START,
            "the job '{detail}' waits until somebody agrees",
            Outcome.APPROXIMATED,
        ),
        _PAGES.native(Feature.RETRY, "options { retry } and the step retry"),
        _PAGES.native(Feature.APPROVAL, "input"),
        _PAGES.none(
            Feature.CANCELLED,
            "conditions with cancelled() do not see whether the build was aborted",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(Feature.TOOL, "by the catalog: a step of a plugin or a script"),
        _PAGES.lowered(Feature.CHECKOUT, "became 'checkout scm'"),
        _PAGES.none(
            Feature.CACHE,
            "is left out: the workspace of an agent stays as it is between builds",
            Outcome.APPROXIMATED,
        ),
        _PAGES.lowered(
            Feature.ARTIFACT, "is kept with archiveArtifacts and handed over with stash"
        ),
        _PAGES.native(Feature.REPORT, "the steps of the reports' plugins"),
        _PAGES.lowered(Feature.OUTPUT, "variables of the build"),
        _PAGES.lowered(Feature.EXPRESSION, "by Groovy and shell"),
        _PAGES.native(Feature.SHELL, "sh, bat, powershell and pwsh"),
        _PAGES.none(
            Feature.FILTER,
            "the pattern '{detail}' cannot be said by Jenkins: what it lets in starts nothing",
            Outcome.MANUAL,
        ),
        _PAGES.lowered(Feature.FINALLY, "post"),
        *_PAGES.as_most(
            Feature.CALL,
            Feature.CALL_OUTPUT,
            Feature.CHOICE,
            Feature.DELAYED_START,
            Feature.EXIT_CODE,
            Feature.INTERRUPTIBLE,
            Feature.TOOL_INPUT,
            Feature.TOOL_VERSION,
            Feature.BACKGROUND,
            Feature.PARALLEL_STEPS,
            Feature.COSMETIC,
            Feature.EXTRA,
        ),
    ),
)
