"""Steps in CircleCI's words: scripts as they are wrapped, files as keys of their own.

https://circleci.com/docs/reference/configuration-reference/#steps
"""

import re
from collections.abc import Iterator
from functools import reduce

from msgspec.structs import replace as changed

from ciconv.converters.circleci.jobs.remote_docker import STEP as REMOTE_DOCKER
from ciconv.converters.circleci.jobs.writer import OPENING, Writer
from ciconv.converters.circleci.shells import DEFAULT, MIXED, OF_WINDOWS
from ciconv.converters.circleci.steps.caches_write import restore_cache, save_cache
from ciconv.converters.circleci.steps.checkouts_write import checkout
from ciconv.converters.circleci.steps.when_write import below_when, without_known
from ciconv.converters.circleci.steps.workspace_write import download, upload
from ciconv.converters.script_steps.host import CIRCLECI
from ciconv.converters.script_steps.meaning import is_call
from ciconv.converters.script_steps.wrap import wrap
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Template,
    Unary,
    constant,
    disjuncts,
    either,
    has_status_function,
    text,
)
from ciconv.ir.node import replace
from ciconv.ir.step import (
    Checkout,
    DownloadArtifact,
    EnvVar,
    Extra,
    Placeholder,
    PublishReport,
    RestoreCache,
    Retry,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.source import Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Style


def write_steps(steps: tuple[Step, ...], writer: Writer, shell: str) -> tuple[Node, ...]:
    """Return the items of `steps`; `shell` is the one of the job."""
    parted = [without_known(step, writer) for step in steps]
    lowered = [(one, when) for step, when in parted for one in _lowered(step, writer)]
    bare = tuple(_known(one, writer) for one, _ in lowered)
    has_powershell = shell in ("pwsh", MIXED)
    if has_powershell:
        bare = tuple(_as_it_is(step, writer, shell) if _is_plain(step) else step for step in bare)
    host = changed(CIRCLECI, shell=DEFAULT if has_powershell else shell)
    wrapped = wrap(bare, writer.names, host, writer.context, writer.place).steps
    if has_powershell:
        wrapped = tuple(map(_in_bash, wrapped))
    if shell == MIXED:
        _report_bash(bare, writer)
    before = [None] * (len(wrapped) - len(bare))  # what prepares the others
    whens = [*before, *(when for _, when in lowered)]
    pairs = zip(wrapped, whens, strict=True)
    items = ((item, when) for step, when in pairs for item in _written(step, writer))
    return tuple(below_when(items, writer))


def _known(step: Step, writer: Writer) -> Step:
    """The step with variables that are known before the run said in CircleCI's own words."""
    if not isinstance(step, Run) or not step.env:
        return step
    return replace(step, env=tuple(_in_own_words(one, writer) for one in step.env))


def _in_own_words(one: EnvVar, writer: Writer) -> EnvVar:
    if constant(one.value) is not None:
        return one
    try:
        said = writer.text(one.value)
    except CannotSay:
        return one
    return replace(one, value=replace(text(said), span=one.value.span))


def _is_plain(step: Step) -> bool:
    """Whether a step is a script for a shell of Windows and nothing more."""
    if not isinstance(step, Run) or step.id is not None or constant(step.script) is None:
        return False
    said = "pwsh" if step.shell is None else constant(step.shell) or ""
    others = (step.condition, step.may_fail, step.timeout, step.retry)
    known = all(constant(one.value) is not None for one in step.env)
    is_known = said in OF_WINDOWS or said.startswith("pwsh")
    return is_known and known and not any(one is not None for one in others)


def _report_bash(steps: tuple[Step, ...], writer: Writer) -> None:
    """Say which scripts run in bash, though Windows would run them with PowerShell."""
    for step in steps:
        if isinstance(step, Run) and step.shell is None:
            said = "what stands around the script is for bash, so it runs in bash on Windows, too"
            writer.lose(Feature.SHELL, Outcome.APPROXIMATED, said, step)


def _as_it_is(step: Step, writer: Writer, shell: str) -> Step:
    """A script that the shell of the job runs, as the step it is written as."""
    assert isinstance(step, Run)
    said = "pwsh" if step.shell is None else constant(step.shell) or ""
    is_own = said.startswith("pwsh")
    own = text(OF_WINDOWS[said]) if not is_own else step.shell if shell == MIXED else None
    node = _run(replace(step, shell=own, comments=()), writer)
    assert isinstance(node, Mapping)
    extra = Extra(format="circleci", key="run", value=node.entries[0].value)
    return Step(extras=(extra,), span=step.span, comments=comments_of(step))


def _in_bash(step: Step) -> Step:
    """A script beside those of PowerShell, which is the shell of the job."""
    if not isinstance(step, Run):
        return step
    said = None if step.shell is None else constant(step.shell)
    if said is None:
        return replace(step, shell=text(DEFAULT))
    return replace(step, shell=None) if said.startswith("pwsh") else step


def _lowered(step: Step, writer: Writer) -> Iterator[Step]:
    """A step as scripts and steps of CircleCI's own."""
    match step:
        case Checkout():
            yield from checkout(step, writer)
        case UploadArtifact():
            yield from upload(step, writer)
        case DownloadArtifact():
            yield from download(step, writer)
        case RestoreCache():
            yield from restore_cache(step, writer)
        case SaveCache():
            yield from save_cache(step, writer)
        case Use():
            yield from _use(step, writer)
        case Run(id=None) if (asked := _failure_or(step.condition)) is not None:
            # behind the first one no other runs: that it ran means that something failed
            yield replace(step, condition=Call(function="failure", span=step.span))
            yield replace(step, condition=asked, comments=())
        case _:
            yield step


def _failure_or(condition: Expr | None) -> Expr | None:
    """What a step asks for besides a failure, where either will do; only the run tells of both."""
    others = [one for one in disjuncts(condition) if not is_call(one, "failure", "cancelled")]
    if len(others) == len(disjuncts(condition)) or any(map(has_status_function, others)):
        return None
    return reduce(either, others) if others else None


def _use(step: Use, writer: Writer) -> Iterator[Step]:
    """A step that the catalog did not turn into anything."""
    reason = "ciconv does not know what this step does"
    yield Placeholder(
        what=step.ref.written,
        reason=reason,
        arguments=step.arguments,
        id=step.id,
        name=step.name,
        condition=step.condition,
        span=step.span,
        comments=step.comments,
    )


def _written(step: Step, writer: Writer) -> Iterator[Node]:
    match step:
        case Run():
            yield _run(step, writer)
        case Checkout():
            yield _checkout(step, writer)
        case PublishReport():
            yield from _report(step, writer)
        case _ if step.extras and step.extras[0].key in _OWN:
            yield _own(step, step.extras[0], writer)
        case _:
            said = f"a step {type(step).__name__} has no counterpart"
            writer.lose(Feature.TOOL, Outcome.MANUAL, f"{said}, so a step fails there", step)
            script = f"echo 'ciconv: {said}' >&2\nexit 1\n"
            yield _run(Run(script=text(script), span=step.span), writer)


MAX_RERUNS = 5  # of one step

_OWN = (
    "run",
    "save_cache",
    "restore_cache",
    "store_artifacts",
    "persist_to_workspace",
    "attach_workspace",
    REMOTE_DOCKER,
)


def _checkout(step: Checkout, writer: Writer) -> Node:
    """The step by its name alone, or with keys."""
    entries = []
    for one in step.arguments:
        if one.name == "path":
            entries += writer.entry("path", one.value, Feature.CHECKOUT)
    _report_condition(step, Feature.CHECKOUT, writer)
    comments = comments_of(step)
    if not entries:
        return build.text("checkout", comments)
    return _item("checkout", build.mapping(*entries), comments)


def _own(step: Step, own: Extra, writer: Writer) -> Node:
    """A step of CircleCI's own; of these only one that saves a cache has a key for conditions."""
    if own.key == REMOTE_DOCKER:
        return build.text(own.key, step.comments)
    when = _when(step.condition)
    if own.key == "save_cache" and when and isinstance(own.value, Mapping):
        value = build.mapping(*own.value.entries, build.entry("when", build.text(when)))
        return _item(own.key, value, step.comments)
    _report_condition(step, Feature.CACHE, writer)
    return _item(own.key, own.value, step.comments)


def _report_condition(step: Step, feature: Feature, writer: Writer) -> None:
    """Say that a condition has no effect."""
    if step.condition is not None and step.condition != Call(function="success"):
        said = "its condition is left out: only scripts can ask for what the run knows"
        writer.lose(feature, Outcome.APPROXIMATED, said, step.condition)


def _item(name: str, value: Node, comments: tuple[Comment, ...]) -> Mapping:
    """A step with a key; comments stand behind it only where it is one line."""
    is_line = isinstance(value, Scalar) and value.style is not Style.LITERAL
    if not is_line:
        comments = tuple(changed(one, inline=False) for one in comments)
    return build.mapping(build.entry(name, value, comments))


def _when(condition: Expr | None) -> str:
    """The word for a condition that one step has by its key."""
    match condition:
        case Call(function="always"):
            return "always"
        case Unary(op=Op.NOT, operand=Call(function="cancelled")):
            return "always"
        case Call(function="failure"):
            return "on_fail"
    return ""


def _run(step: Run, writer: Writer) -> Node:
    entries: list[Entry] = []
    if step.name is not None:
        entries.append(build.entry("name", build.text(_title(step.name, writer))))
    variables = [
        entry for one in step.env for entry in writer.entry(one.name, one.value, Feature.VARIABLE)
    ]
    if variables:
        entries.append(build.entry("environment", build.mapping(*variables)))
    for key, value in (("working_directory", step.directory), ("shell", step.shell)):
        if value is not None:
            entries += writer.entry(key, _shell(value) if key == "shell" else value, Feature.SHELL)
    if step.background:
        entries.append(build.entry("background", build.boolean(True)))
    if step.retry is not None and step.retry.attempts > 1:
        entries.append(_reruns(step.retry, writer))
    when = _when(step.condition)
    if when:
        entries.append(build.entry("when", build.text(when)))
    if isinstance(step.condition, Call) and step.condition.function == "always":
        said = "the step does not run once the job is cancelled"
        writer.lose(Feature.CANCELLED, Outcome.APPROXIMATED, said, step.condition)
    entries += _extras(step.extras)
    command = _command(step)
    comments = comments_of(step)
    if not entries:
        return _item("run", command, comments)
    return _item("run", build.mapping(*entries, build.entry("command", command)), comments)


def _reruns(retry: Retry, writer: Writer) -> Entry:
    number = min(retry.attempts - 1, MAX_RERUNS)
    if retry.attempts - 1 > number:
        said = f"the step is tried {number + 1} times: more are not possible"
        writer.lose(Feature.RETRY, Outcome.APPROXIMATED, said, retry)
    return build.entry("max_auto_reruns", build.number(number))


def _extras(extras: tuple[Extra, ...]) -> list[Entry]:
    return [build.entry(one.key, one.value) for one in extras if one.format == "circleci"]


def _shell(shell: Template) -> Template:
    """A command line without the place for the script, which CircleCI adds itself."""
    said = constant(shell)
    if said is None:
        return shell
    return replace(text(said.replace("{0}", "").strip()), span=shell.span)


def _title(name: Template, writer: Writer) -> str:
    try:
        return writer.text(name)
    except CannotSay:
        return name.span.text if name.span is not None else "a step"


def _command(step: Run) -> Scalar:
    said = constant(step.script) or ""
    if step.tool is not None:  # a script of ours: `<<` is written where it has to be alone
        said = _HERE_STRING.sub(r"< <(printf '%s\\n' \1)", said)
    script = OPENING.sub(r"\\<<", said).rstrip("\n")
    if "\n" not in script:
        return build.text(script or ":")
    return Scalar(text=script + "\n", value=script + "\n", style=Style.LITERAL)


_HERE_STRING = re.compile(r"<<< (\"[^\"\\]*\")")


def _report(step: PublishReport, writer: Writer) -> Iterator[Node]:
    if _when(step.condition) != "always":
        said = "reports are kept even when a step before failed"
        writer.lose(Feature.REPORT, Outcome.APPROXIMATED, said, step)
    elif isinstance(step.condition, Call):
        said = "the step does not run once the job is cancelled"
        writer.lose(Feature.CANCELLED, Outcome.APPROXIMATED, said, step)
    key = "store_test_results"
    if step.kind != "junit":
        key = "store_artifacts"
        said = f"reports of the kind {step.kind!r} are kept as artifacts: nobody reads them"
        writer.lose(Feature.REPORT, Outcome.APPROXIMATED, said, step)
    for path in _paths(step, writer):
        if _folder(path) != path:
            said = f"all files of {_folder(path)!r} are taken"
            writer.lose(Feature.REPORT, Outcome.LOWERED, said, step)
        entries = [build.entry("path", build.text(_folder(path)))]
        yield _item(key, build.mapping(*entries), comments_of(step))


def _paths(step: PublishReport, writer: Writer) -> list[str]:
    """The paths of a report, seen from the folder of the job."""
    here = Literal(value=".")
    is_here = [isinstance(one, Ref) and one.path == ("workspace",) for one in step.paths.parts]
    parts = zip(step.paths.parts, is_here, strict=True)
    below = replace(step.paths, parts=tuple(here if own else one for one, own in parts))
    if any(is_here):
        said = "the path is seen from the folder of the job"
        writer.lose(Feature.REPORT, Outcome.LOWERED, said, step.paths)
    try:
        return [one.removeprefix("./") for one in writer.text(below).splitlines()]
    except CannotSay as error:
        said = f"the report is left out: {error}"
        writer.lose(Feature.REPORT, Outcome.MANUAL, said, error.expr)
        return []


def _folder(path: str) -> str:
    """The part of a path before its first wildcard."""
    head = path.split("*")[0]
    return head if head == path else head.rpartition("/")[0] or "."
