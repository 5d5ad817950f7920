"""What formats differ in: features, how far a format supports each, and the outcome of a loss."""

from enum import StrEnum

from msgspec import Struct


class Support(StrEnum):
    """How a format expresses a feature."""

    NATIVE = "native"  # by a construct of its own, or exactly by what its writer always emits
    LOWERED = "lowered"  # a pass rewrites it with the same behaviour
    NONE = "none"


class Outcome(StrEnum):
    """What became of something the target cannot say in the same words."""

    LOWERED = "lowered"  # same behaviour, other construct
    APPROXIMATED = "approximated"  # behaves differently in a way the message names
    DROPPED = "dropped"  # gone; only what changes no command, no right and no gate
    MANUAL = "manual"  # the user must create, click or write something


class Feature(StrEnum):
    """Something formats differ in. The value is the stable name shown in losses and docs."""

    TRIGGERS = "triggers"
    PERMISSIONS = "permissions"
    JOB_PERMISSIONS = "job-permissions"
    CONCURRENCY = "concurrency"
    JOB_CONCURRENCY = "job-concurrency"
    RUN_NAME = "run-name"
    ENVIRONMENT = "environment"
    ENVIRONMENTS = "environments"  # several in one pipeline
    SECRET = "secret"
    VARIABLE = "variable"
    VARIABLE_NAME = "variable-name"
    INPUT = "input"
    RUNNER = "runner"
    MACHINE_SIZE = "machine-size"
    CONTAINER = "container"
    SERVICE = "service"
    MATRIX = "matrix"
    DYNAMIC_MATRIX = "dynamic-matrix"
    FAIL_FAST = "fail-fast"
    MAX_PARALLEL = "max-parallel"
    CALL = "call"
    CALL_OUTPUT = "call-output"
    TOOL = "tool"
    TOOL_INPUT = "tool-input"
    TOOL_VERSION = "tool-version"
    CHECKOUT = "checkout"
    CACHE = "cache"
    ARTIFACT = "artifact"
    REPORT = "report"
    OUTPUT = "output"
    EXPRESSION = "expression"
    CANCELLED = "cancelled"
    SHELL = "shell"
    BACKGROUND = "background"
    PARALLEL_STEPS = "parallel-steps"
    TIMEOUT = "timeout"
    CANCEL_TIMEOUT = "cancel-timeout"
    EXTRA = "extra"
    COSMETIC = "cosmetic"  # a key of one format that changes only what people see
    FILTER = "filter"  # a pattern of another language
    STAGE = "stage"
    CHOICE = "choice"  # several ways for a job to take part
    MANUAL_START = "manual-start"
    DELAYED_START = "delayed-start"
    EXIT_CODE = "exit-code"  # a failure that is tolerated for some exit codes
    INTERRUPTIBLE = "interruptible"
    RETRY = "retry"
    APPROVAL = "approval"
    FINALLY = "finally"
    CONTEXT = "context"  # a named set of secrets


class Capability(Struct, frozen=True):
    """One line of a profile."""

    feature: Feature
    support: Support
    outcome: Outcome | None  # what a use of it becomes; None: nothing to say
    note: str  # how it is expressed, or why not
    url: str = ""  # the vendor's page the statement rests on


class Profile(Struct, frozen=True, dict=True):
    """What one format can express."""

    format: str
    capabilities: tuple[Capability, ...]

    def of(self, feature: Feature) -> Capability:
        """Return the format's line for a feature; KeyError when the profile forgot it."""
        if "by_feature" not in self.__dict__:
            self.__dict__["by_feature"] = {one.feature: one for one in self.capabilities}
        found: Capability = self.__dict__["by_feature"][feature]
        return found


class Pages(Struct, frozen=True):
    """Makes the lines of a format's profile; each rests on a page of the vendor's documentation."""

    docs: str  # the address that all pages begin with
    usual: str  # the page that most lines rest on

    def native(
        self, feature: Feature, note: str, outcome: Outcome | None = None, page: str | None = None
    ) -> Capability:
        """Return a line for what the format has a construct for; `outcome` if users must know."""
        return self._line(feature, Support.NATIVE, outcome, note, page)

    def lowered(
        self, feature: Feature, note: str, outcome: Outcome | None = None, page: str | None = None
    ) -> Capability:
        """Return a line for what the format says with other constructs."""
        return self._line(feature, Support.LOWERED, outcome, note, page)

    def none(
        self, feature: Feature, note: str, outcome: Outcome, page: str | None = None
    ) -> Capability:
        """Return a line for what the format cannot say."""
        return self._line(feature, Support.NONE, outcome, note, page)

    def as_most(self, *features: Feature) -> tuple[Capability, ...]:
        """Return the lines of features with which the format does as most formats do."""
        return tuple(self._line(feature, *_AS_MOST[feature], None) for feature in features)

    def _line(
        self,
        feature: Feature,
        support: Support,
        outcome: Outcome | None,
        note: str,
        page: str | None,
    ) -> Capability:
        url = self.docs + (self.usual if page is None else page)
        return Capability(feature, support, outcome, note, url)


_AS_MOST: dict[Feature, tuple[Support, Outcome | None, str]] = {
    Feature.VARIABLE_NAME: (Support.LOWERED, None, "a variable with a name that shells take"),
    Feature.FAIL_FAST: (
        Support.NONE,
        Outcome.APPROXIMATED,
        "the other jobs of the matrix '{detail}' go on when one of them fails",
    ),
    Feature.MAX_PARALLEL: (
        Support.NONE,
        Outcome.APPROXIMATED,
        "all jobs of the matrix may run at the same time",
    ),
    Feature.CALL: (
        Support.NONE,
        Outcome.MANUAL,
        "calling the workflow '{detail}' became a job that fails: it is not at hand, or the call "
        "has a matrix",
    ),
    Feature.CALL_OUTPUT: (
        Support.NONE,
        Outcome.MANUAL,
        "the output '{detail}' is not handed back to the workflow that calls this one",
    ),
    Feature.TOOL_INPUT: (Support.LOWERED, None, "by the catalog"),
    Feature.TOOL_VERSION: (Support.LOWERED, None, "by the catalog"),
    Feature.SHELL: (
        Support.NONE,
        Outcome.MANUAL,
        "the shell '{detail}' is only on Windows, so the script became a step that fails",
    ),
    Feature.BACKGROUND: (
        Support.NONE,
        Outcome.MANUAL,
        "steps run one after the other, so this became a step that fails",
    ),
    Feature.PARALLEL_STEPS: (
        Support.LOWERED,
        Outcome.APPROXIMATED,
        "the steps of the group run one after the other",
    ),
    Feature.EXTRA: (Support.NONE, Outcome.MANUAL, "'{detail}' has no counterpart"),
    Feature.COSMETIC: (
        Support.NONE,
        Outcome.DROPPED,
        "'{detail}' only changes what people are shown, and is left out",
    ),
    Feature.STAGE: (Support.LOWERED, None, "needs of all jobs of earlier stages"),
    Feature.CHOICE: (Support.LOWERED, None, "one condition"),
    Feature.DELAYED_START: (
        Support.NONE,
        Outcome.APPROXIMATED,
        "the job '{detail}' starts without delay",
    ),
    Feature.EXIT_CODE: (
        Support.NONE,
        Outcome.APPROXIMATED,
        "the job '{detail}' fails the pipeline whatever its exit code is",
    ),
    Feature.INTERRUPTIBLE: (
        Support.NONE,
        Outcome.APPROXIMATED,
        "the job '{detail}' is not cancelled by newer runs",
    ),
    Feature.RETRY: (Support.NONE, Outcome.APPROXIMATED, "'{detail}' is not retried"),
}
