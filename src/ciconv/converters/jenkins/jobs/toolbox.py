"""`tools`: programs that the server installs under a name that an administrator chose.

https://www.jenkins.io/doc/book/pipeline/syntax/#tools
"""

import re

from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.sections import Directive, Section
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.step import ActionRef, Argument, Step, Use


def read_tools(tools: Directive | None, place: Place) -> tuple[Step, ...]:
    """Return one step for each tool; the catalog may know it, and what its name says."""
    found: list[Step] = []
    for one in Section(tools.body).rest() if tools is not None else ():
        names = (read_template(value, place.scope) for value in one.values[:1])
        arguments = tuple(
            Argument(name="name", value=version, span=version.span)
            for version in map(_version, names)
            if version is not None
        )
        ref = ActionRef(
            format="jenkins", name=f"tools.{one.name}", written=one.span.text, span=one.span
        )
        found.append(
            Use(ref=ref, arguments=arguments, span=one.span, comments=one.statement.comments)
        )
    return tuple(found)


def is_tool(step: Step) -> bool:
    """Return whether a step stands for a tool of `tools`."""
    return isinstance(step, Use) and step.ref.name.startswith("tools.")


_NUMBER = re.compile(r"(?<![.\d])(?:1\.)?(\d+(?:\.\d+)*)")


def _version(name: Template) -> Template | None:
    """The version that the name of a tool speaks of: `jdk-21`, `Maven 3.9.6`, `jdk1.8`."""
    said = constant(name)
    if said is None:
        return name
    match = _NUMBER.search(said)
    if match is None:
        return None
    is_old_java = match[0].startswith("1.") and "jdk" in said.lower()
    return text(match[1] if is_old_java else match[0], of=name)
