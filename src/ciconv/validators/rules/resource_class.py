"""The rule `resource-class`."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Mapping, Node, Scalar
from ciconv.validators.github.workflow import entries, scalar_of, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_MAC = re.compile(r"macos\..*|m\d(pro)?\..*")
_OTHERS = re.compile(r"(windows|gpu|macos)\..*|m\d(pro)?\..*")

_SIZES = ("small", "medium", "medium+", "large", "xlarge", "2xlarge", "2xlarge+")
# what names of classes are made of: `arm.large`, `gpu.nvidia.small.multi`, `macos.m1.medium.gen1`
_PART = re.compile(
    r"small\+?|medium\+?|(\d*x)?large\+?|arm|windows|gpu|nvidia|amd|multi|macos|x86|"
    r"m\d(pro|max)?|gen\d|default"
)
_ADVICE = {
    "machines with macOS": "there are m4pro.medium, m4pro.large and others of their kind",
    "machines with Windows": "there are windows.medium, windows.large and others of their kind",
    "containers": "there are small, medium, large and others without a word in front",
}


class ResourceClass(Rule):
    """The size of a machine does not go with the kind of executor, and CircleCI refuses the job.

    Machines with macOS have classes of their own, and so have those with Windows and those with a
    graphics card; containers have none of these.
    https://circleci.com/docs/reference/configuration-reference/#resourceclass
    """

    code = "resource-class"
    summary = "a resource class that the executor does not have"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the classes of jobs and executors that do not fit."""
        for _, root in subject.mappings():
            executors = dict(entries(root.get("executors")))
            for key in ("executors", "jobs"):
                for _, holder in entries(root.get(key)):
                    if isinstance(holder, Mapping):
                        named = executors.get(text_of(holder, "executor") or "")
                        kind = named if isinstance(named, Mapping) else holder
                        yield from self._judge(holder, kind)

    def _judge(self, holder: Mapping, kind: Mapping) -> Iterator[Diagnostic]:
        """The classes that a job or an executor has, which is of a kind."""
        given = scalar_of(holder, "resource_class")
        inner = scalar_of(holder.get("machine"), "resource_class")
        if given is not None and inner is not None:
            labels = (Label(inner.span, "the other one"),)
            yield self.found(given.span, "the resource class stands twice", labels=labels)
        for one in (given, inner):
            if one is None or "<<" in one.text or "/" in one.text:  # of somebody's own runners
                continue
            problem = _problem(one, kind)
            if problem:
                said = f"{one.text!r} is no class of {problem}"
                yield self.found(one.span, said, _ADVICE.get(problem, ""))
            elif not all(_PART.fullmatch(part) for part in one.text.split(".")):
                said = f"{one.text!r} is no resource class that CircleCI has"
                found = self.misspelt(one.span, said, one.text, _SIZES)
                yield replace(found, severity=Severity.WARNING)


def _problem(given: Scalar, holder: Mapping) -> str:
    name = given.text
    if holder.get("macos") is not None:
        return "" if _MAC.fullmatch(name) else "machines with macOS"
    if holder.get("docker") is not None:
        return "containers" if _OTHERS.fullmatch(name) else ""
    image = _image(holder.get("machine"))
    if image.startswith(("ubuntu-", "linux-")) and name.startswith("windows."):
        return "machines with Linux"
    if image.startswith("windows-") and not name.startswith("windows."):
        return "machines with Windows"
    return ""


def _image(machine: Node | None) -> str:
    return text_of(machine, "image") or ""
