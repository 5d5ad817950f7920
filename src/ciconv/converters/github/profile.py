"""What GitHub Actions can express, and what becomes of the things other systems have."""

from ciconv.profile import Feature, Outcome, Pages, Profile

_PAGES = Pages(
    "https://docs.github.com/en/actions/reference/workflows-and-actions/", "workflow-syntax"
)

_FOREIGN = (  # what only other systems have
    *_PAGES.as_most(
        Feature.COSMETIC,
        Feature.EXTRA,
        Feature.STAGE,
        Feature.CHOICE,
        Feature.DELAYED_START,
        Feature.EXIT_CODE,
        Feature.INTERRUPTIBLE,
        Feature.RETRY,
    ),
    _PAGES.lowered(
        Feature.REPORT,
        "the report is kept as an artifact, where nothing shows it",
        Outcome.APPROXIMATED,
    ),
    _PAGES.none(
        Feature.FILTER,
        "the pattern '{detail}' is left out, as no glob of GitHub says the same: what it lets in "
        "starts nothing",
        Outcome.MANUAL,
    ),
    _PAGES.lowered(
        Feature.MANUAL_START,
        "the job '{detail}' waits for a job with an environment, which fails until required "
        "reviewers are set for it",
        Outcome.MANUAL,
        page="deployments-and-environments",
    ),
    _PAGES.lowered(
        Feature.APPROVAL,
        "the approval '{detail}' became a job with an environment of that name, which fails until "
        "required reviewers are set for it",
        Outcome.MANUAL,
        page="deployments-and-environments",
    ),
    _PAGES.lowered(Feature.FINALLY, "steps with the condition always()"),
    _PAGES.none(
        Feature.MACHINE_SIZE,
        "the machine of the size '{detail}' became GitHub's usual one: larger ones have to be set "
        "up, and have labels of their own",
        Outcome.APPROXIMATED,
    ),
    _PAGES.none(
        Feature.CONTEXT,
        "the variables of the context '{detail}' are not in the file: create them as secrets, "
        "and pass them to the job in its 'env'",
        Outcome.MANUAL,
    ),
)
_NAMED = frozenset(line.feature for line in _FOREIGN)

PROFILE = Profile(
    format="github",
    capabilities=(
        *(_PAGES.native(feature, "as it is") for feature in Feature if feature not in _NAMED),
        *_FOREIGN,
    ),
)
