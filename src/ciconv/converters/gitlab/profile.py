"""What GitLab CI/CD can express, and what becomes of the things other systems have."""

from ciconv.profile import Feature, Outcome, Pages, Profile

_PAGES = Pages("https://docs.gitlab.com/ci/", "yaml/")
_TOKEN = "the token of a job has the rights that the project gives to all job tokens"
_GATE = "who may deploy to the environment '{detail}' is a setting: protect it"
_VARIABLE = "a CI/CD variable, which every job sees"

PROFILE = Profile(
    format="gitlab",
    capabilities=(
        _PAGES.native(
            Feature.TRIGGERS, "workflow:rules, and rules of the jobs", page="yaml/workflow/"
        ),
        _PAGES.none(Feature.PERMISSIONS, _TOKEN, Outcome.APPROXIMATED, page="jobs/ci_job_token/"),
        _PAGES.none(
            Feature.JOB_PERMISSIONS, _TOKEN, Outcome.APPROXIMATED, page="jobs/ci_job_token/"
        ),
        _PAGES.lowered(Feature.CONCURRENCY, "resource_group, or interruptible with auto_cancel"),
        _PAGES.lowered(
            Feature.JOB_CONCURRENCY,
            "the jobs of a 'resource_group' wait for each other: none is cancelled or left out",
            Outcome.APPROXIMATED,
            page="resource_groups/",
        ),
        _PAGES.native(Feature.RUN_NAME, "workflow:name", page="yaml/#workflowname"),
        _PAGES.lowered(
            Feature.ENVIRONMENT, _GATE, Outcome.MANUAL, page="environments/protected_environments/"
        ),
        _PAGES.lowered(
            Feature.ENVIRONMENTS, _GATE, Outcome.MANUAL, page="environments/protected_environments/"
        ),
        _PAGES.lowered(Feature.SECRET, _VARIABLE, page="variables/"),
        _PAGES.lowered(Feature.VARIABLE, _VARIABLE, page="variables/"),
        _PAGES.lowered(
            Feature.INPUT,
            "a variable with a description, which has its default in every pipeline",
            page="pipelines/#prefill-variables-in-manual-pipelines",
        ),
        _PAGES.lowered(Feature.RUNNER, "tags, and an image in place of a hosted machine"),
        _PAGES.native(Feature.CONTAINER, "image", page="docker/using_docker_images/"),
        _PAGES.native(Feature.SERVICE, "services", page="services/"),
        _PAGES.native(Feature.MATRIX, "parallel:matrix", page="yaml/#parallelmatrix"),
        _PAGES.none(
            Feature.DYNAMIC_MATRIX,
            "the matrix of '{detail}' is computed during the run, and GitLab has to know it "
            "before: the job begins with a step that fails",
            Outcome.MANUAL,
            page="pipelines/downstream_pipelines/#dynamic-child-pipelines",
        ),
        _PAGES.none(
            Feature.CALL_OUTPUT,
            "the output '{detail}' is not handed back to the pipeline that starts this one",
            Outcome.MANUAL,
        ),
        _PAGES.lowered(Feature.TOOL, "by the catalog: an image, a keyword or a script"),
        _PAGES.lowered(Feature.TOOL_VERSION, "by the catalog: the tag of an image"),
        _PAGES.lowered(Feature.CHECKOUT, "is done by the runner before the script"),
        _PAGES.lowered(
            Feature.CACHE, "became the keyword 'cache', around the whole script", page="caching/"
        ),
        _PAGES.lowered(
            Feature.ARTIFACT, "became the keyword 'artifacts'", page="jobs/job_artifacts/"
        ),
        _PAGES.lowered(
            Feature.REPORT,
            "the report became the keyword 'artifacts:reports', after the whole script",
            Outcome.LOWERED,
            page="yaml/artifacts_reports/",
        ),
        _PAGES.lowered(Feature.OUTPUT, "a dotenv report", page="yaml/artifacts_reports/"),
        _PAGES.lowered(Feature.EXPRESSION, "rules:if, variables, and the script"),
        _PAGES.none(
            Feature.CANCELLED,
            "cancelled() is never true: a cancelled pipeline starts no job and no step",
            Outcome.APPROXIMATED,
        ),
        _PAGES.native(Feature.TIMEOUT, "timeout of jobs; steps have theirs in the script"),
        _PAGES.none(
            Feature.CANCEL_TIMEOUT, "the runner has a time limit of its own", Outcome.DROPPED
        ),
        _PAGES.lowered(Feature.FILTER, "regular expressions of RE2, and globs of changes"),
        _PAGES.native(Feature.STAGE, "stages"),
        _PAGES.native(Feature.CHOICE, "rules", page="jobs/job_rules/"),
        _PAGES.native(Feature.MANUAL_START, "when: manual", page="jobs/job_control/"),
        _PAGES.native(Feature.DELAYED_START, "when: delayed", page="jobs/job_control/"),
        _PAGES.native(Feature.EXIT_CODE, "allow_failure:exit_codes"),
        _PAGES.native(Feature.INTERRUPTIBLE, "interruptible"),
        _PAGES.native(Feature.RETRY, "retry, at most twice"),
        _PAGES.native(
            Feature.APPROVAL,
            "the approval '{detail}' is a manual job, for which those that need it wait",
            Outcome.LOWERED,
            page="jobs/job_control/",
        ),
        _PAGES.native(Feature.FINALLY, "after_script"),
        _PAGES.none(
            Feature.MACHINE_SIZE,
            "the machine of the size '{detail}' became the usual one: other ones have tags",
            Outcome.APPROXIMATED,
        ),
        _PAGES.none(
            Feature.CONTEXT,
            "the variables of the context '{detail}' are not in the file: create them as "
            "CI/CD variables, which every job sees",
            Outcome.MANUAL,
            page="variables/",
        ),
        *_PAGES.as_most(
            Feature.VARIABLE_NAME,
            Feature.FAIL_FAST,
            Feature.MAX_PARALLEL,
            Feature.CALL,
            Feature.TOOL_INPUT,
            Feature.SHELL,
            Feature.BACKGROUND,
            Feature.PARALLEL_STEPS,
            Feature.COSMETIC,
            Feature.EXTRA,
        ),
    ),
)
