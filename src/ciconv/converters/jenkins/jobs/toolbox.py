"""`tools`: programs that the server installs under a name that an administrator chose.

https://www.jenkins.io/doc/book/pipeline/syntax/#tools
"""

from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.sections import Directive, Section
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.ir.step import ActionRef, Argument, Step, Use


def read_tools(tools: Directive | None, place: Place) -> tuple[Step, ...]:
    """Return one step for each tool; the catalog may know it, and what its name says."""
    found: list[Step] = []
    for one in Section(tools.body).rest() if tools is not None else ():
        arguments = tuple(
            Argument(name="name", value=read_template(value, place.scope), span=value.span)
            for value in one.values[:1]
        )
        ref = ActionRef(
            format="jenkins", name=f"tools.{one.name}", written=one.span.text, span=one.span
        )
        found.append(
            Use(ref=ref, arguments=arguments, span=one.span, comments=one.statement.comments)
        )
    return tuple(found)
