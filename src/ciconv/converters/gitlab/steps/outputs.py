"""dotenv reports: variables that a job writes into a file, and later jobs have.

https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from ciconv.converters.gitlab.steps.artifacts import Artifacts
from ciconv.converters.gitlab.steps.output_lines import read_outputs
from ciconv.ir.expression import Ref, Template, constant, text
from ciconv.ir.step import EnvVar, Run, Step
from ciconv.ir.trigger import Output

STEP = "dotenv"

_ASSIGNMENT = re.compile(r"""(?:(?<![\w$-])|\\[nt])["']?([A-Za-z_]\w*)=""")


class Exports(Struct, frozen=True, kw_only=True):
    """The step that reads the file, and the variables it gives."""

    steps: tuple[Step, ...] = ()
    outputs: tuple[Output, ...] = ()
    main: tuple[Step, ...] | None = None  # the steps before, where one of them is left out
    variables: tuple[str, ...] = ()  # that later jobs have; none: those of the outputs' names

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variables."""
        return tuple(one.name for one in self.outputs)


def exports_of(artifacts: Artifacts, steps: tuple[Step, ...]) -> Exports:
    """Return how a job hands out the variables of its dotenv files.

    Which there are, only its script knows: those it assigns on a line with the name of the file.
    """
    if not artifacts.dotenv:
        return Exports()
    own = read_outputs(steps)
    if own is not None:
        return Exports(outputs=own.outputs, main=own.steps, variables=own.variables)
    span = artifacts.dotenv[0].span
    files = [one.text for one in artifacts.dotenv]
    scripts = [constant(one.script) or "" for one in steps if isinstance(one, Run)]
    names = tuple(dict.fromkeys(_assigned("\n".join(scripts), files)))
    quoted = " ".join(files)
    step = Run(
        id=STEP,
        script=text(f'cat {quoted} >> "$GITHUB_OUTPUT"'),
        span=span,
    )
    outputs = tuple(
        Output(
            name=name,
            value=Template(parts=(Ref(path=("steps", STEP, "outputs", name)),)),
            span=span,
        )
        for name in names
    )
    return Exports(steps=(step,), outputs=outputs)


def _assigned(script: str, files: list[str]) -> Iterator[str]:
    """The variables that the lines about the files assign; those above, in the same block, too."""
    lines = script.split("\n")
    marked = {number for number, line in enumerate(lines) for file in files if file in line}
    for number, line in enumerate(lines):
        if number in marked:
            yield from _ASSIGNMENT.findall(line.partition(">")[0])
            if "<<" in line:
                yield from _block(lines[number + 1 :])


def _block(lines: list[str]) -> Iterator[str]:
    """The variables of a here-document, line by line, up to one without any."""
    for line in lines:
        found = re.match(r"\s*([A-Za-z_]\w*)=", line)
        if found is None:
            return
        yield found[1]


def imports_of(job: str, exports: Exports) -> Iterator[EnvVar]:
    """Yield the variables that a later job has from another one."""
    names = exports.variables or exports.names
    for name, one in zip(names, exports.outputs, strict=True):
        value = Template(parts=(Ref(path=("needs", job, "outputs", one.name)),))
        yield EnvVar(name=name, value=value, span=one.span)
