"""The repository's files, which every job starts with: variables say how.

https://docs.gitlab.com/ci/runners/configure_runners/#git-strategy
"""

from ciconv.converters.gitlab.expressions.variables import Variable, Variables
from ciconv.converters.gitlab.scalars import Scope, extra
from ciconv.ir.expression import Literal, Template
from ciconv.ir.step import Argument, Checkout, Extra

STRATEGIES = ("fetch", "clone")
DEFAULT_DEPTH = "20"
# variables that only say how the repository is fetched, with what they become
_FLAGS = "GIT_FETCH_EXTRA_FLAGS"
HOW_FETCHED = ("GIT_DEPTH", "GIT_SUBMODULE_STRATEGY", _FLAGS)
KEYWORDS = ("GIT_STRATEGY", *HOW_FETCHED)

# variables that say more about that, and have no counterpart
SETTINGS = (
    "ARTIFACT_DOWNLOAD_ATTEMPTS",
    "EXECUTOR_JOB_SECTION_ATTEMPTS",
    "GIT_CHECKOUT",
    "GIT_CLEAN_FLAGS",
    "GIT_CLONE_PATH",
    "GIT_SUBMODULE_DEPTH",
    "GIT_SUBMODULE_FORCE_HTTPS",
    "GIT_SUBMODULE_PATHS",
    "GIT_SUBMODULE_UPDATE_FLAGS",
    "RESTORE_CACHE_ATTEMPTS",
    "RUNNER_SCRIPT_TIMEOUT",
    "RUNNER_AFTER_SCRIPT_TIMEOUT",
)

_SUBMODULES = {"normal": "true", "recursive": "recursive"}


def settings_of(variables: Variables) -> tuple[Extra, ...]:
    """Return the variables that only GitLab's runner obeys; scripts see them as they are."""
    names = SETTINGS if _asks_for_tags(variables.find(_FLAGS)) is not None else (*SETTINGS, _FLAGS)
    found = (variables.find(name) for name in names)
    return tuple(extra(one.entry, f"variables:{one.name}") for one in found if one is not None)


def read_checkout(scope: Scope) -> Checkout | None:
    """Return the step that brings the files, None where the job does without."""
    strategy = scope.variables.find("GIT_STRATEGY")
    if strategy is not None and strategy.text in ("none", "empty"):
        return None
    if strategy is not None and strategy.text not in STRATEGIES:
        message = f"GIT_STRATEGY cannot be {strategy.text!r}, so the repository is fetched"
        help = f"there are {', '.join((*STRATEGIES, 'none', 'empty'))}"
        scope.context.diagnostics.warning(
            "unknown-strategy", message, strategy.entry.value.span, help
        )
    given = scope.variables.find("GIT_DEPTH")
    depth = DEFAULT_DEPTH if given is None else given.text
    arguments = [Argument(name="depth", value=_text(depth, given), span=scope.at)]
    submodules = scope.variables.find("GIT_SUBMODULE_STRATEGY")
    if submodules is not None and submodules.text in _SUBMODULES:
        value = _text(_SUBMODULES[submodules.text], submodules)
        arguments.append(Argument(name="submodules", value=value, span=scope.at))
    flags = scope.variables.find(_FLAGS)
    if flags is not None and _asks_for_tags(flags):
        at = flags.entry.span
        yes = Template(parts=(Literal(value=True, span=at),), span=at)
        arguments.append(Argument(name="tags", value=yes, span=at))
    at = scope.at if given is None else given.entry.span
    return Checkout(arguments=tuple(arguments), span=at)


def _asks_for_tags(flags: Variable | None) -> bool | None:
    """Whether flags for git say that tags are fetched; None where they say something else, too.

    https://docs.gitlab.com/ci/runners/configure_runners/#git-fetch-extra-flags
    """
    words = set() if flags is None else set(flags.text.split())
    return "--tags" in words if words <= _USUAL_FLAGS else None


_USUAL_FLAGS = frozenset(("--prune", "--quiet", "--force", "-f", "--tags"))


def _text(value: str, variable: Variable | None) -> Template:
    span = None if variable is None else variable.entry.span
    literal = Literal(value=float(value) if value.isdecimal() else value, span=span)
    return Template(parts=(literal,), span=span)
