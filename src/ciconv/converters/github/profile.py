"""What GitHub Actions can express, and what becomes of the things other systems have."""

from ciconv.profile import Capability, Feature, Outcome, Profile, Support

_URL = "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax"
_GATES = "https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments"


def _lowered(feature: Feature, note: str, outcome: Outcome | None = None) -> Capability:
    url = _GATES if outcome is Outcome.MANUAL else _URL
    return Capability(feature, Support.LOWERED, outcome, note, url)


def _none(feature: Feature, outcome: Outcome, note: str) -> Capability:
    return Capability(feature, Support.NONE, outcome, note, _URL)


_OTHERS = (
    _lowered(
        Feature.REPORT,
        "the report is kept as an artifact, where nothing shows it",
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
        "the pattern '{detail}' is left out, as no glob of GitHub says the same: what it lets in "
        "starts nothing",
    ),
    _lowered(Feature.STAGE, "needs of all jobs of earlier stages"),
    _lowered(Feature.CHOICE, "one condition"),
    _lowered(
        Feature.MANUAL_START,
        "the job '{detail}' waits for a job with an environment, which fails until that has "
        "required reviewers",
        Outcome.MANUAL,
    ),
    _none(Feature.DELAYED_START, Outcome.APPROXIMATED, "the job '{detail}' starts without delay"),
    _none(
        Feature.EXIT_CODE,
        Outcome.APPROXIMATED,
        "the job '{detail}' may not fail, with whatever exit code",
    ),
    _none(Feature.INTERRUPTIBLE, Outcome.APPROXIMATED, "no newer run ends the job '{detail}'"),
    _none(Feature.RETRY, Outcome.APPROXIMATED, "'{detail}' is tried once"),
    _lowered(
        Feature.APPROVAL,
        "the approval '{detail}' became a job with an environment of that name, which fails until "
        "that has required reviewers",
        Outcome.MANUAL,
    ),
    _lowered(Feature.FINALLY, "steps with the condition always()"),
)
_MORE = (
    _none(
        Feature.MACHINE_SIZE,
        Outcome.APPROXIMATED,
        "the machine of the size '{detail}' became GitHub's usual one: larger ones have to be set "
        "up, and have labels of their own",
    ),
    _none(
        Feature.CONTEXT,
        Outcome.MANUAL,
        "the variables of the context '{detail}' are nowhere in the file: create them as secrets, "
        "and hand them to the job in its 'env'",
    ),
)
_NAMED = frozenset(one.feature for one in (*_OTHERS, *_MORE))

PROFILE = Profile(
    format="github",
    capabilities=(
        *(
            Capability(feature, Support.NATIVE, None, "as it is", _URL)
            for feature in Feature
            if feature not in _NAMED
        ),
        *_OTHERS,
        *_MORE,
    ),
)
