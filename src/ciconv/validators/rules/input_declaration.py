"""The rule `input-declaration`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Entry, Node, Scalar, resolve
from ciconv.validators.github import workflows
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.github.workflow import entry_of, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_TYPES = {
    "workflow_dispatch": ("string", "number", "boolean", "choice", "environment"),
    "workflow_call": ("string", "number", "boolean"),
}
_MOST = 25  # inputs of a workflow that is started by hand


class InputDeclaration(Rule):
    """An input is declared in a way that contradicts itself, and GitHub refuses the file.

    A default of another type than the input's, a choice without options, a default that is no
    option, options of what is no choice, or more than 25 inputs.
    """

    code = "input-declaration"
    summary = "an input that contradicts itself"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield what is wrong with the inputs of `workflow_dispatch` and `workflow_call`."""
        for workflow in workflows(subject):
            for event in _TYPES:
                declared = list(workflow.inputs(event))
                for name, kind, entry in declared:
                    yield from self._input(name, kind, entry, event)
                if event == "workflow_dispatch" and len(declared) > _MOST:
                    at = next(
                        (it.key.span for it in workflow.trigger_entries() if it.name == event), None
                    )
                    said = f"there are {len(declared)} inputs, and at most {_MOST} can be given"
                    yield self.found(at, said)

    def _input(self, name: str, kind: str, entry: Entry, event: str) -> Iterator[Diagnostic]:
        node = resolve(entry.value)
        default = scalar_of(node, "default")
        written = scalar_of(node, "type")
        if kind and kind not in _TYPES[event] and written is not None:
            said = f"{kind!r} is not a type of an input"
            yield self.found(written.span, said, f"there are {', '.join(_TYPES[event])}")
        if default is not None and "${{" not in default.text:
            problem = _problem(default, kind)
            if problem:
                said = f"the input {name!r} is a {kind}, and its default {problem}"
                yield self.found(default.span, said)
        if event == "workflow_dispatch":
            yield from self._options(name, kind, entry, node)
        elif default is not None and getattr(scalar_of(node, "required"), "value", None) is True:
            said = f"the input {name!r} is required, so its default is never used"
            yield self.found(default.span, said, severity=Severity.WARNING)

    def _options(self, name: str, kind: str, entry: Entry, node: Node) -> Iterator[Diagnostic]:
        declared = entry_of(node, "options")
        options = list(scalars_of(None if declared is None else resolve(declared.value)))
        if kind == "choice" and not options:
            yield self.found(entry.key.span, f"the choice {name!r} has no options")
        if kind != "choice" and declared is not None:
            said = f"the input {name!r} has options, but is no choice"
            yield self.found(entry.key.span, said, severity=Severity.WARNING)
        seen = set()
        for option in options:
            if option.text in seen:
                said = f"the option {option.text!r} stands twice"
                yield self.found(option.span, said, severity=Severity.WARNING)
            seen.add(option.text)
        default = scalar_of(node, "default")
        if kind == "choice" and options and default is not None and default.text not in seen:
            said = f"the default {default.text!r} of {name!r} is none of its options"
            yield self.found(default.span, said)


def _problem(default: Scalar, kind: str) -> str:
    if kind == "boolean" and default.text.lower() not in ("true", "false"):
        return f"{default.text!r} is neither true nor false"
    if kind == "number":
        try:
            float(default.text)
        except ValueError:
            return f"{default.text!r} is no number"
    return ""
