"""What the steps of a job need of each other, and so of what stands before them all."""

import re
from collections.abc import Iterator
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.script_steps.host import Host
from ciconv.converters.script_steps.meaning import is_call
from ciconv.converters.script_steps.prelude import FILES, Kept, Prelude, handed_on
from ciconv.converters.script_steps.shells import shell_of
from ciconv.ir.expression import (
    Expr,
    Ref,
    conjuncts,
    constant,
    constant_text,
    has_status_function,
)
from ciconv.ir.job import Job
from ciconv.ir.node import Node
from ciconv.ir.step import Placeholder, Run, Step
from ciconv.ir.walk import nodes
from ciconv.syntax.shell.traits import traits

_HANDS_ON = re.compile(r"\bGITHUB_(OUTPUT|ENV|PATH)\b")
_SHARES = re.compile(r"\bGITHUB_(ENV|PATH)\b")
_SETS = re.compile(r"\bGITHUB_ENV\b")
_TOOL_SETS = re.compile(r"\b(GITHUB|BASH)_ENV\b")  # in the words of the host already
_SET = re.compile(r"\b([A-Za-z_]\w*)(?:=|<<)")
_FILES = re.compile(r"\bGITHUB_(OUTPUT|ENV|PATH|STEP_SUMMARY)\b")
_SOURCED = re.compile(r"\bBASH_ENV\b")
_READ = re.compile(r"(?:\.|\bsource)[ \t]+[\"']?\$\{?BASH_ENV\b")
_BLOCK = re.compile(r"(?<!<)<<(?!<)|\btee\b|\bcat\b")
_LINE = re.compile(r"[ \t]*echo[ \t]+[\"']?[\w.-]+=(?!.*(?<!<)<<(?!<))")  # `$(cat …)` is a value


class JobNeeds(Struct, frozen=True, kw_only=True):
    """What one job needs. Ids of steps are in lower case."""

    prelude: Prelude = Prelude()
    shares_env: bool = False  # variables or folders of programs, which any later script may use
    kept: Kept = Kept()  # for scripts that are processes of their own
    read_outputs: frozenset[str] = frozenset()  # steps whose outputs somebody reads
    unread: bool = False  # nobody reads any
    read_results: frozenset[str] = frozenset()  # `id.outcome`, `id.conclusion`
    last: Run | None = None  # behind which no script comes
    runs: tuple[Run, ...] = ()  # of processes of their own

    @property
    def tracked(self) -> bool:
        """Whether scripts ask how those before them went."""
        return self.prelude.status

    def hands_on(self, step: Run) -> bool:
        """Whether something of a step is for later ones."""
        names = _SHARES if self.unread else _HANDS_ON
        return self.has_readers(step) or names.search(constant_text(step.script)) is not None

    def has_readers(self, step: Step) -> bool:
        """Whether somebody reads outputs of a step."""
        return step.id is not None and step.id.lower() in self.read_outputs

    def may_be_set_before(self, name: str, step: Run) -> bool:
        """Whether a step before may hand a variable on, over which the step's own one wins."""
        return may_be_set_before(name, step, self.runs)

    def writes_bash_env(self, step: Run) -> bool:
        """Whether a script may write what each bash begins with, where the next one is no other."""
        is_last = self.tracked or step is self.last
        return not is_last and _SOURCED.search(constant_text(step.script)) is not None

    def writes_files(self, step: Run) -> bool:
        """Whether a script expects the files that values are handed on with."""
        return self.hands_on(step) or _FILES.search(constant_text(step.script)) is not None


def needs_of(steps: tuple[Step, ...], job: Job, host: Host) -> JobNeeds:
    """Return what the scripts of a job need; those of other steps are the host's affair."""
    refs = tuple(_refs((*steps, replace(job, steps=()))))
    outputs = frozenset(path[1].lower() for path in refs if path[2:3] == ("outputs",))
    results = frozenset(
        f"{path[1].lower()}.{path[2]}"
        for path in refs
        if path[2:] in (("outcome",), ("conclusion",))
    )
    found = JobNeeds(read_outputs=outputs, read_results=results)
    runs = [one for one in steps if isinstance(one, Run)]
    found = replace(found, unread=not any(map(found.has_readers, runs)))
    files = _files(runs, found)
    unread = found.unread and "OUTPUT" in files
    if not host.joined:
        shares = any(_SHARES.search(constant_text(one.script)) for one in runs)
        kept = Kept(
            files=files,
            unread=unread,
            blocks=any(_may_write_blocks(one, found) for one in runs),
            results=bool(results),
            is_short=host.sourced and handed_on(files, unread=unread) == ["PATH"] and not results,
        )
        return replace(found, shares_env=shares, kept=kept, runs=tuple(runs))
    scripts = [one for one in steps if isinstance(one, Run | Placeholder)]
    asks = any(_asks(one.condition) for one in scripts)
    status = asks or bool(results) or ("job", "status") in _paths(steps)
    relaxed = not status and any(_needs_no_pipefail(one, job) for one in runs)
    prelude = Prelude(
        pipes=host.interpreter if relaxed else "",
        status=status,
        results=bool(results),
        retry=any(one.retry is not None for one in runs),
        files=files,
        unread=unread,
        blocks=any(_may_write_blocks(one, found) for one in runs),
        bash_env=any(_READ.search(constant_text(one.script)) for one in runs),
    )
    last = scripts[-1] if scripts else None
    return replace(found, prelude=prelude, last=last if isinstance(last, Run) else None)


def _files(runs: list[Run], found: JobNeeds) -> tuple[str, ...]:
    """The files that scripts write to, by the ends of their names."""
    named = {name for one in runs for name in _FILES.findall(constant_text(one.script))}
    if any((one.id or "").lower() in found.read_outputs for one in runs):
        named.add("OUTPUT")
    return tuple(one for one in FILES if one in named)


def _may_write_blocks(step: Run, found: JobNeeds) -> bool:
    """Whether values of several lines may be handed on: only `echo NAME=value` surely does not."""
    said = constant_text(step.script)
    is_shell = shell_of(constant(step.shell)).is_posix
    names = r"\bGITHUB_ENV\b" if found.unread else r"\bGITHUB_(OUTPUT|ENV)\b"
    names_file = re.search(names, said) is not None
    if not names_file:
        return (step.id or "").lower() in found.read_outputs
    lines = (line for line in said.split("\n") if "GITHUB_" in line or "<<" in line)
    return not is_shell or any(_BLOCK.search(one) and not _LINE.match(one) for one in lines)


def may_be_set_before(name: str, step: Step, steps: tuple[Step, ...]) -> bool:
    """Whether one of the steps before a step may hand a variable on that it has itself."""
    before = takewhile(lambda one: one is not step, steps)
    return any(_may_set(name, one) for one in before if isinstance(one, Run))


def _may_set(name: str, step: Run) -> bool:
    """Whether a script may write a variable for later ones: any, where it names none."""
    script = constant_text(step.script)
    if (_SETS if step.tool is None else _TOOL_SETS).search(script) is None:
        return False
    names = _SET.findall(script)
    return not names or name in names


def _paths(items: tuple[Node, ...]) -> set[tuple[str, ...]]:
    return {ref.path for item in items for ref in nodes(item) if isinstance(ref, Ref)}


def _refs(items: tuple[Node, ...]) -> Iterator[tuple[str, ...]]:
    return (path for path in _paths(items) if path[0] == "steps" and len(path) > 2)


def _asks(condition: Expr | None) -> bool:
    """Whether a condition is about earlier failures in another way than the usual one."""
    if condition is None or not has_status_function(condition):
        return False
    return any(
        has_status_function(one) and not is_call(one, "success") for one in conjuncts(condition)
    )


def _needs_no_pipefail(step: Run, job: Job) -> bool:
    shell = shell_of(constant(step.shell), container=job.container is not None)
    return shell.is_posix and not shell.pipefail and traits(constant_text(step.script)).has_pipe
