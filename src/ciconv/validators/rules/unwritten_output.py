"""The rule `unwritten-output`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Ref
from ciconv.ir.job import Job
from ciconv.ir.step import Run
from ciconv.ir.walk import nodes, steps_of
from ciconv.validators.meaning import jobs_of, script_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_WRITES = re.compile(r"GITHUB_OUTPUT|set-output")
# programs that may write an output on their own
_CALLS = re.compile(
    r"(^|[;&|(\s])(python3?|node|ruby|perl|bash|sh|make|npm|npx|yarn|pnpm|deno|bun|go|cargo|php|source"
    r"|eval|docker|uv|poetry|just|task|\.{1,2}/\S+|\.) ",
    re.MULTILINE,
)
# commands that write nothing on their own, so that a script of nothing else sets no output
_PLAIN = re.compile(r"\s*(echo|printf|ls|cat|pwd|true|:|mkdir|cd|#)\b.*|\s*")


class UnwrittenOutput(Rule):
    """A job hands on an output of a step that the step never writes.

    The output is empty. The script writes other names to `$GITHUB_OUTPUT`, or none at all.
    """

    code = "unwritten-output"
    summary = "an output of a step whose script does not write it"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references to outputs that scripts do not name."""
        for pipeline in subject.pipelines():
            for job in jobs_of(pipeline):
                yield from self._job(job)

    def _job(self, job: Job) -> Iterator[Diagnostic]:
        scripts = {
            step.id: script_of(step)
            for step in steps_of(job.steps)
            if isinstance(step, Run) and step.id is not None
        }
        for ref in nodes(job) if scripts else ():
            if not isinstance(ref, Ref) or ref.path[0] != "steps" or len(ref.path) != 4:
                continue
            script = scripts.get(ref.path[1])
            if script is not None and ref.path[2] == "outputs" and _never(script, ref.path[3]):
                said = f"the script of the step {ref.path[1]!r} does not write {ref.path[3]!r}"
                advice = f'it has to write "{ref.path[3]}=…" to "$GITHUB_OUTPUT"'
                yield self.found(ref.span, said, advice)


def _never(script: str, name: str) -> bool:
    if name in script or _CALLS.search(script):
        return False
    if not _WRITES.search(script):
        return all(_PLAIN.fullmatch(line) for line in script.splitlines())
    lines = [line for line in script.splitlines() if _WRITES.search(line)]
    written = [
        line for line in lines if re.search(r"""["'\s=](name=)?[A-Za-z_][\w-]*(=|<<|::)""", line)
    ]
    return len(written) == len(lines) and not re.search(r"""["']\$\{?\w+\}?(=|<<)""", script)
