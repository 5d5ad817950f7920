"""What CircleCI can express, and what becomes of the things other systems have."""

from ciconv.profile import Capability, Feature, Outcome, Profile, Support

_URL = "https://circleci.com/docs/reference/configuration-reference/"


def _none(feature: Feature, outcome: Outcome, note: str) -> Capability:
    return Capability(feature, Support.NONE, outcome, note, _URL)


_OTHERS = (
    _none(
        Feature.COSMETIC,
        Outcome.DROPPED,
        "'{detail}' only changes what people are shown, and is left out",
    ),
    _none(Feature.EXTRA, Outcome.MANUAL, "'{detail}' has no counterpart"),
    _none(Feature.PERMISSIONS, Outcome.DROPPED, "the rights of the job token are a setting"),
    _none(Feature.JOB_PERMISSIONS, Outcome.DROPPED, "the rights of the job token are a setting"),
)
_NAMED = frozenset(one.feature for one in _OTHERS)

PROFILE = Profile(
    format="circleci",
    capabilities=(
        *(
            Capability(feature, Support.NATIVE, None, "as it is", _URL)
            for feature in Feature
            if feature not in _NAMED
        ),
        *_OTHERS,
    ),
)
