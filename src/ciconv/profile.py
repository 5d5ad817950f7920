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
