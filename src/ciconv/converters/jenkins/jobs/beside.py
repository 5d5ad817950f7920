"""Containers that a job starts and whose programs it calls, as Jenkins itself does.

Where an image has to be built first, or steps ask for several images, the job runs in none: each
container waits, and scripts are handed to the shell inside of it.

https://plugins.jenkins.io/docker-workflow/
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from ciconv.converters.jenkins.expressions.unknown import as_template
from ciconv.converters.jenkins.steps.scripts import SHELLS, inner_script, script
from ciconv.ir.expression import Call, Ref, Template, constant, constant_text, text
from ciconv.ir.job import Container
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
from ciconv.source import Span

_NAMED = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)")
_OF_IMAGES = re.compile(r"PATH|HOME|USER|SHELL|PWD|LANG|TERM|HOSTNAME|TMPDIR|TEMP|TMP")
_SHELLS = re.compile(r"(?P<command>.+) \{0\}")


class Waiting(Struct, frozen=True, kw_only=True):
    """A container that waits for steps; `is_pod`: one of several that are one machine."""

    name: str
    container: Container
    is_pod: bool = False


def start(waiting: Waiting) -> Run:
    """Return the step that starts a container; it sees the same files, as the same user."""
    box = waiting.container
    lines: list[str | Template] = [f"docker run --detach --tty --name {waiting.name} \\\n  "]
    user = "--network host" if waiting.is_pod else '--user "$(id -u):$(id -g)"'
    lines += [f"{user} --entrypoint '' \\\n  "]
    for path in (("workspace",), ("temp",)):
        folder = Template(parts=(Ref(path=path, span=box.span),))
        lines += ['--volume "', folder, ":", folder, '" ']
    options = [box.options] if box.options is not None else []
    for one in options:
        lines += ["\\\n  ", one, " "]
    lines += ["\\\n  ", box.image, " cat\n"]
    return _run(script(*lines), box.span)


def stop(waiting: Iterable[Waiting], span: Span | None) -> Run:
    """Return the step that ends containers, whatever happened."""
    names = " ".join(one.name for one in waiting)
    always = Call(function="always", span=span)
    return replace(_run(text(f"docker rm --force {names}"), span), condition=always)


def build(name: str, folder: Template, file: Template, options: Template, span: Span) -> Run:
    """Return the step that builds an image from a Dockerfile in a folder."""
    more = (options, " ") if options.parts else ()
    path = script(folder, "/", file) if constant(folder) != "." else file
    return _run(
        script(f"docker build --tag {name} ", *more, '--file "', path, '" "', folder, '"'), span
    )


def _run(said: Template, span: Span | None) -> Run:
    return Run(script=replace(said, span=span), shell=text(SHELLS["sh"]), span=span)


def inside(run: Run, waiting: Waiting, variables: Iterable[str]) -> Step | None:
    """Return a step whose script runs in a container; None where no shell there can run it."""
    match = _SHELLS.fullmatch("" if run.shell is None else constant(run.shell) or "")
    if match is None:
        return None
    head, own, tail = inner_script(run.script)
    said = constant_text(own)
    mentioned = (name for name in _NAMED.findall(said) if not _OF_IMAGES.fullmatch(name))
    names = dict.fromkeys((*variables, *(one.name for one in run.env), *mentioned))
    flags = "".join(f"--env {name} " for name in names)
    end = "CICONV"
    while end in said:
        end += "_"
    call = f'docker exec --workdir "$PWD" {flags}{waiting.name} {match["command"]} -c '
    whole = script(head, call, f"\"$(cat <<'{end}'\n", own, f'\n{end}\n)"', tail or "\n")
    done = replace(as_template(whole), span=run.script.span)
    return replace(run, script=done, shell=text(SHELLS["sh"], of=run.script))
