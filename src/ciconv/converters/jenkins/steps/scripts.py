"""`sh`, `bat`, `powershell`, `pwsh`, and the texts handed to them.

https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/
"""

import re

from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import as_template
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.steps.containers import marked
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.interpreter import read_interpreter
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
from ciconv.syntax.groovy import tree
from ciconv.syntax.groovy.scripts import dedented
from ciconv.syntax.shell import substitute

SHELLS = {"sh": "sh -xe {0}", "bat": "cmd", "powershell": "powershell", "pwsh": "pwsh"}
_DIALECTS = {"sh": "sh", "bat": "cmd", "powershell": "powershell", "pwsh": "pwsh"}
_SHEBANG = re.compile(r"#!\s*(\S[^\n]*)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_OTHER = "\ue100"  # stands around the number of an expression that stays one
_OTHERS = re.compile(f"{_OTHER}(\\d+){_OTHER}")


def read_script_step(call: tree.Call, place: Place) -> Run:
    """Return the step of one call of a shell; what it gives back is read by others."""
    node = script_of(call)
    script = text("") if node is None else read_script(node, place.scope, call.name)
    label = call.named("label")
    run = make_run(script, place, shell=SHELLS[call.name])
    if label is not None:
        run = replace(run, name=read_template(label, place.scope))
    return marked(replace(run, span=call.span), place.frame.container)


def script_of(call: tree.Call) -> tree.Expr | None:
    """Return the text handed to a shell."""
    return call.named("script") or next(iter(call.positional), None)


def make_run(script: Template, place: Place, *, shell: str = SHELLS["sh"]) -> Run:
    """Return a step with a script, in what stands around it."""
    frame, span = place.frame, script.span
    if shell == SHELLS["sh"]:
        script, shell = _shaped(script)
    env = frame.env
    if frame.exports and shell.startswith(("sh ", "bash ")):
        script = replace(_with_exports(script, place), span=span)
    else:
        env = (*env, *frame.exports)
    return Run(script=script, shell=text(shell), directory=frame.directory, env=env, span=span)


def _with_exports(body: Template, place: Place) -> Template:
    """A script behind lines that set what only the machine of the job can work out."""
    lines: list[str | Template] = []
    for one in place.frame.exports:
        lines += (f"export {one.name}=", quoted(one.value, place.scope), "\n")
    return script(*lines, body)


def _shaped(template: Template) -> tuple[Template, str]:
    """A script without the indentation of the code around it, and the command that runs it."""
    pieces, others = _flat(template)
    script = dedented("".join(pieces))
    shell, body = read_interpreter(script)
    shebang = _SHEBANG.match(script)
    if shell == SHELLS["sh"] and shebang:
        return _restored(script, others, template), f"{shebang.group(1).strip()} {{0}}"
    return _restored(body, others, template), shell


def _flat(template: Template) -> tuple[list[str], list[Expr]]:
    """The text of a script with a sign for each expression, and the expressions."""
    others: list[Expr] = []
    pieces: list[str] = []
    for part in template.parts:
        said = constant(part)
        if said is None:
            said = f"{_OTHER}{len(others)}{_OTHER}"
            others.append(part)
        pieces.append(said)
    return pieces, others


def read_script(node: tree.Expr, scope: Scope, step: str = "sh") -> Template:
    """Return a script. Environment variables pasted into it are left to the shell."""
    template = as_template(read_expression(node, scope))
    others: list[Expr] = []
    parts: list[str | Ref] = []
    for part in template.parts:
        if isinstance(part, Literal):
            parts.append(constant(part) or "")
        elif isinstance(part, Ref) and _variable(part, scope):
            parts.append(part)
        else:
            parts.append(f"{_OTHER}{len(others)}{_OTHER}")
            others.append(part)
    if not any(isinstance(one, Ref) for one in parts):
        return template
    done = substitute(parts, lambda ref: _variable(ref, scope) or "", _DIALECTS[step])
    if done.problems:
        return template
    return _restored(done.text, others, template)


def _restored(script: str, others: list[Expr], template: Template) -> Template:
    parts: list[Expr] = []
    for number, piece in enumerate(_OTHERS.split(script)):
        if number % 2:
            parts.append(others[int(piece)])
        elif piece:
            parts.append(Literal(value=piece, span=template.span))
    return Template(parts=tuple(parts), span=template.span)


def _variable(ref: Ref, scope: Scope) -> str | None:
    """The environment variable that has the value of a name; None for what has none."""
    head, *rest = ref.path
    if head == "matrix" and len(rest) == 1 and rest[0] in scope.shared.env:
        name: str | None = rest[0]
    elif (
        len(rest) == 1
        and head in ("vars", "secrets")
        or len(rest) == 1
        and (head == "env" or head == "inputs" and rest[0] in scope.shared.parameters)
    ):
        name = rest[0]
    else:
        name = scope.context.catalog.native_name("jenkins", ref.path)
    return name if name is not None and _NAME.fullmatch(name) else None


def quoted(value: Template, scope: Scope) -> Template:
    """Return a value as one word of a shell script."""
    said = constant(value)
    if said is not None:
        return text("'" + said.replace("'", "'\\''") + "'", of=value)
    parts: list[Expr] = [Literal(value='"')]
    for part in value.parts:
        if isinstance(part, Literal):
            parts.append(Literal(value=re.sub(r'([\\"$`])', r"\\\1", constant(part) or "")))
        elif isinstance(part, Ref) and (name := _variable(part, scope)):
            parts.append(Literal(value=f"${{{name}}}"))
        else:
            parts.append(part)
    parts.append(Literal(value='"'))
    return as_template(Template(parts=tuple(parts), span=value.span))


def script(*pieces: str | Template) -> Template:
    """Return a script of texts and templates put together."""
    parts: list[Expr] = []
    for one in pieces:
        parts += one.parts if isinstance(one, Template) else (Literal(value=one),)
    return as_template(Template(parts=tuple(parts)))


def export(name: str, value: Template) -> Template:
    """Return the line that sets a variable for all steps that follow; the value is quoted."""
    said = constant(value)
    if said is not None and "\n" not in said:
        return script(f"echo {name}=", value, ' >> "$GITHUB_ENV"')
    return script(f"{name}=", value, "\n", export_variable(name))


def export_variable(name: str) -> str:
    """Return the line that hands a variable of the shell to all steps that follow."""
    return f'printf \'{name}<<ciconv-end\\n%s\\nciconv-end\\n\' "${name}" >> "$GITHUB_ENV"\n'


def capture(run: Run, name: str, place: Place) -> tuple[Run, Ref]:
    """Return a step whose output is kept without the line ends behind it, and where it is."""
    taken = script("value=$(\n", run.script, "\n)\n", _KEEP)
    id = place.notes.unique(name)
    return replace(run, id=id, script=replace(taken, span=run.script.span)), _output(id, run)


def capture_status(run: Run, name: str, place: Place) -> tuple[Run, Ref]:
    """Return a step that keeps how its script ended, and where that is."""
    taken = script("set +e\n(\nset -e\n", run.script, "\n)\n", _KEEP_STATUS)
    id = place.notes.unique(name)
    return replace(run, id=id, script=replace(taken, span=run.script.span)), _output(id, run)


_HEAD = re.compile(r"(?:\w+=\$\(|set \+e\n\(\nset -e)\n")
_TAIL = re.compile(r"\n\)\n(?:printf|echo) .*\Z", re.DOTALL)


def inner_script(whole: Template) -> tuple[str, Template, str]:
    """Return a script of the user without what keeps its output, and what stood around it."""
    pieces, others = _flat(whole)
    said = "".join(pieces)
    head, tail = _HEAD.match(said), _TAIL.search(said)
    if head is None or tail is None or "GITHUB_" not in tail[0]:
        return "", whole, ""
    own = _restored(said[head.end() : tail.start()], others, whole)
    return head[0], own, tail[0]


def _output(id: str, run: Step) -> Ref:
    return Ref(path=("steps", id, "outputs", "value"), span=run.span)


_KEEP = 'printf \'value<<ciconv-end\\n%s\\nciconv-end\\n\' "$value" >> "$GITHUB_OUTPUT"\n'
_KEEP_STATUS = 'echo "value=$?" >> "$GITHUB_OUTPUT"\n'
