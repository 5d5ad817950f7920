"""What a declarative Jenkinsfile can express."""

from ciconv.profile import Capability, Feature, Outcome, Profile, Support

_URL = "https://www.jenkins.io/doc/book/pipeline/syntax/"


def _none(feature: Feature, outcome: Outcome, note: str) -> Capability:
    return Capability(feature, Support.NONE, outcome, note, _URL)


PROFILE = Profile(
    format="jenkins",
    capabilities=tuple(_none(one, Outcome.MANUAL, "nothing is written yet") for one in Feature),
)
