"""What the name of a variable stands for: in conditions and in texts.

https://docs.gitlab.com/ci/variables/predefined_variables/
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Expr, Literal, Ref, Template, either, parts_of
from ciconv.ir.node import replace
from ciconv.passes.gitlab_variables import NAMES
from ciconv.source import Comment, Span
from ciconv.syntax.node import Entry, Scalar

MAX_EXPANSION = 20  # variables inside of variables
MAX_PARTS = 2_000  # of one text; what comes after them is not expanded

# kinds of pipelines, as the canonical `event` calls them
SOURCES = {
    "push": "push",
    "web": "workflow_dispatch",
    "schedule": "schedule",
    "merge_request_event": "pull_request",
    "api": "repository_dispatch",
    "trigger": "repository_dispatch",
    "pipeline": "workflow_run",
    "parent_pipeline": "workflow_call",
}
# those that nothing outside of GitLab is like
OTHER_SOURCES = (
    "chat",
    "external",
    "external_pull_request_event",
    "ondemand_dast_scan",
    "ondemand_dast_validation",
    "security_orchestration_policy",
    "webide",
    "unknown",
)
SOURCE = "CI_PIPELINE_SOURCE"
EVENT = ("event",)
DRAFT = ("pr", "draft")
BOOLEANS = frozenset({DRAFT, ("ref", "protected")})  # which GitLab has as texts
PROTECTED = "CI_COMMIT_REF_PROTECTED"  # which is there whatever it says
FOREIGN_EVENT = "GITHUB_EVENT_NAME"  # in pipelines that come from there

_ALWAYS = {"CI": "true", "GITLAB_CI": "true", "CI_SERVER": "yes"}
_SECRET = re.compile(r"TOKEN|SECRET|PASS|KEY|CRED|AUTH|PRIVATE|LOGIN|DSN|WEBHOOK|CERT", re.I)
_VARIABLE = re.compile(r"\$\$|\$(?P<bare>[A-Za-z_]\w*)|\$\{(?P<braced>[A-Za-z_]\w*)\}")


class Variable(Struct, frozen=True, kw_only=True):
    """One variable of the configuration. `input`: whoever starts a pipeline is asked for it."""

    name: str
    text: str
    entry: Entry
    expand: bool = True
    input: bool = False
    description: str | None = None
    options: tuple[Scalar, ...] = ()
    comments: tuple[Comment, ...] = ()


class Variables(Struct, frozen=True, kw_only=True):
    """The variables that somebody sees: those of the configuration, then GitLab's own.

    `chosen` are values that depend on the rule that holds, `cells` the variables of a matrix,
    `fixed` predefined ones that the job itself decides. `asked` gathers the names of shared
    variables whose value conditions ask for: who runs the pipelines may set another one.
    """

    catalog: Catalog
    shared: Mapping[str, Variable] = {}
    own: Mapping[str, Variable] = {}
    chosen: Mapping[str, Expr] = {}
    cells: tuple[str, ...] = ()
    fixed: Mapping[str, str] = {}
    asked: dict[str, None] = {}

    def find(self, name: str) -> Variable | None:
        """Return the variable of the configuration that a name stands for."""
        return self.own.get(name) or self.shared.get(name)

    def constant(self, name: str) -> str | None:
        """Return the text of a variable as it is written, None when nobody but the run knows it."""
        found = self.find(name)
        if found is None and name in self.fixed:
            return self.fixed[name]
        if found is None and name in _ALWAYS:
            return _ALWAYS[name]
        if found is None or found.input or name in self.chosen or name in self.cells:
            return None
        return found.text

    def value(self, name: str, span: Span | None, depth: int = 0) -> Expr:
        """Return what stands for `$name` in a text."""
        if name in self.cells:
            return Ref(path=("matrix", name), span=span)
        if name in self.chosen and depth < MAX_EXPANSION:
            return self.chosen[name]
        found = self.find(name)
        if found is None and name in self.fixed:
            return Literal(value=self.fixed[name])
        if found is None or depth >= MAX_EXPANSION:
            return replace(predefined(name, self.catalog), span=span)
        if found.input and name not in self.own:
            return asked(found, span)
        at = found.entry.value.span
        if not found.expand:
            return Literal(value=found.text, span=at)
        return self.text(found.text, at, depth + 1)

    def text(self, text: str, span: Span | None, depth: int = 0) -> Template:
        """Return a text with the variables in it; `$$` is a dollar sign."""
        parts: list[Expr] = []
        at = 0
        for found in _VARIABLE.finditer(text) if "$" in text else ():
            if len(parts) > MAX_PARTS:
                break  # variables that double each other: the rest stays as it is written
            parts.append(Literal(value=text[at : found.start()], span=span))
            name = found["bare"] or found["braced"]
            if name is None:
                parts.append(Literal(value="$", span=span))
            else:
                parts.extend(parts_of(self.value(name, span, depth)))
            at = found.end()
        parts.append(Literal(value=text[at:], span=span))
        return Template(parts=tuple(_joined(parts, span)), span=span)


def asked(variable: Variable, span: Span | None) -> Expr:
    """Return the value of a variable that may be given when a pipeline is started by hand."""
    return _or_default(Ref(path=("inputs", variable.name), span=span), variable)


def settable(variable: Variable, span: Span | None) -> Expr:
    """Return the value of a variable that the settings of the project may change."""
    return _or_default(Ref(path=("vars", variable.name), span=span), variable)


def _or_default(given: Ref, variable: Variable) -> Expr:
    default = literal(variable.text, variable.entry.value.span)
    return either(given, default) if variable.text else given


def predefined(name: str, catalog: Catalog) -> Expr:
    """Return what a name stands for that the configuration does not define."""
    canonical = catalog.canonical_name("gitlab", (name,))
    if canonical is not None:
        return Ref(path=canonical)
    if name == SOURCE:
        return Ref(path=EVENT)
    if name == "CI_COMMIT_REF_NAME":
        return either(Ref(path=("pr", "head")), Ref(path=("ref", "name")))
    if is_predefined(name):
        return Ref(path=("env", name))
    return Ref(path=("secrets" if _SECRET.search(name) else "vars", name))


def is_predefined(name: str) -> bool:
    """Whether GitLab itself gives a variable its value."""
    return name in NAMES or name in _OTHERS


_OTHERS = frozenset({"CI", "TRIGGER_PAYLOAD", "HOME", "PWD"})


def literal(text: str, span: Span | None) -> Literal:
    """Return a text that stands at a place, or nowhere if it is not written there like this."""
    return Literal(value=text, span=span if span is not None and text in span.text else None)


def _joined(parts: list[Expr], span: Span | None) -> Iterator[Expr]:
    """The parts with neighbouring texts made one."""
    text = ""
    for part in parts:
        if isinstance(part, Literal) and isinstance(part.value, str):
            text += part.value
            continue
        if text:
            yield literal(text, span)
            text = ""
        yield part
    if text:
        yield literal(text, span)
