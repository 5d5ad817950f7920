"""What GitHub Actions can express. It is the reference: every feature is native."""

from ciconv.profile import Capability, Feature, Profile, Support

_URL = "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax"

PROFILE = Profile(
    format="github",
    capabilities=tuple(
        Capability(feature, Support.NATIVE, None, "as it is", _URL) for feature in Feature
    ),
)
