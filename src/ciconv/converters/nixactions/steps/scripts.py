"""Scripts: the user's text in a file of its own, or one simple command."""

import re

from ciconv.converters.nixactions.expressions import CannotSay, word
from ciconv.converters.nixactions.steps.titles import source_text
from ciconv.converters.nixactions.steps.writer import StepWriter
from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, constant, constant_text
from ciconv.ir.step import Run
from ciconv.profile import Feature
from ciconv.syntax import nix
from ciconv.syntax.shell import Quoting, substitute

TOOLS = "ciconv-tools"  # the folder of scripts that stand in for actions
_LONG = 8  # lines a script of a tool may have in the workflow itself
DEFAULT_SHELL = "bash -e"

# GitHub's words for shells:
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
SHELLS = {
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
    "python": "python {0}",
    "pwsh": "pwsh -command . '{0}'",
    "bash -e {0}": DEFAULT_SHELL,
}
_INTERPRETERS = {"python": "python3", "pwsh": "powershell", "node": "nodejs", "perl": "perl"}
_DIALECTS = {"dash": "sh", "zsh": "bash", "python3": "python"}
_ONE_WORD = frozenset({"commit", "ref", "repo", "run", "actor", "runner", "workspace", "token"})
_ONE_WORD_LAST = frozenset(
    {"number", "sha", "head_sha", "base_sha", "base", "result", "outcome", "conclusion", "id"}
)

_PROTOCOL = re.compile(r"GITHUB_(ENV|OUTPUT|PATH|STEP_SUMMARY|STATE)\b|::set-output")
_NEEDS_FILE = re.compile(r"['\"`\\]|\$\(|\n.")


def write_run(step: Run, writer: StepWriter) -> list[nix.Expr]:
    """Return the step of a script."""
    shell = _shell(step, writer)
    values: dict[str, nix.Expr] = {"name": nix.string(writer.name(step))}
    setup: list[str] = []
    body: nix.Expr = _script(step, shell, setup, writer)
    deps = _deps(step, shell.split(" ")[0], writer)
    options = writer.options(step)
    env, bound = writer.env(step.env)
    if "::set-output" in constant_text(step.script):
        options["commands"] = nix.Bool(True)
    has_options = setup or bound or env or options or step.directory or writer.job.timeout
    if not has_options and shell == DEFAULT_SHELL and _is_simple(step):
        return [writer.call("run", values["name"], deps or nix.List(()), body)]
    if shell != DEFAULT_SHELL:
        values["shell"] = nix.string(shell)
    values |= ({} if deps is None else {"deps": deps}) | options
    if step.directory is not None:
        values["directory"] = writer.word(step.directory)
    if env:
        values["env"] = nix.attrs(env)
    if bound or setup:
        values["setup"] = writer.scope.string("\n".join((*bound, *setup)))
    if writer.job.container is not None:
        values["container"] = nix.Name("container")
        writer.uses_container = True
    if step.tool is not None:
        body = _tool_script(step.tool, step, body, writer)
    return [writer.call("script", nix.attrs(values | {"text": body}))]


def _tool_script(tool: str, step: Run, body: nix.Expr, writer: StepWriter) -> nix.Expr:
    """The script of a tool: in a file of its own when it is long, shared by all who use it."""
    script = constant(step.script)
    if script is None or script.count("\n") <= _LONG:
        return body
    path = f"{TOOLS}/{tool}.sh"
    if writer.workflow.files.setdefault(path, script) != script:
        return body  # other inputs are given here
    return nix.Apply(nix.names("builtins", "readFile"), (nix.Path(f"./{path}"),))


def _shell(step: Run, writer: StepWriter) -> str:
    """The command line of the shell; GitHub's default differs inside containers."""
    if step.shell is None:
        return DEFAULT_SHELL if writer.job.container is None else "sh -e"
    written = constant(step.shell)
    if written is None:
        raise CannotSay(step.shell, "the shell has to be known beforehand")
    return SHELLS.get(written, written)


def _is_simple(step: Run) -> bool:
    """Whether a script is one command that needs no file: no quoting, nothing read back."""
    known = constant_text(step.script).rstrip("\n")
    return not (_NEEDS_FILE.search(known) or _PROTOCOL.search(known))


def _deps(step: Run, interpreter: str, writer: StepWriter) -> nix.Expr | None:
    own = [nix.names("pkgs", *one.split(".")) for one in step.packages]
    extra = _INTERPRETERS.get(interpreter)
    if extra is not None and not writer.packages and extra not in step.packages:
        own.append(nix.names("pkgs", extra))
    if not own:
        return nix.Name("deps") if writer.packages else None
    mine = nix.List(tuple(own))
    return nix.Operation("++", nix.Name("deps"), mine) if writer.packages else mine


def _script(step: Run, shell: str, setup: list[str], writer: StepWriter) -> nix.Str:
    """The script with variables in place of expressions; `setup` gets what sets them.

    Values of the matrix are pasted, as GitHub does it.
    """
    parts = [_part(one, writer) for one in step.script.parts]
    if all(isinstance(part, str) for part in parts):
        return writer.scope.string("".join(map(str, parts)))
    names: dict[Expr, str] = {}

    def bind(expr: Expr) -> str:
        if expr not in names:
            value = word(expr, writer.scope)
            direct = re.fullmatch(r"\$([A-Za-z_][A-Za-z0-9_]*)", value)
            names[expr] = direct[1] if direct else f"CICONV_{len(names) + 1}"
            if not direct:
                setup.append(f'export {names[expr]}="{value}"')
        return names[expr]

    word_of_shell = shell.split(" ")[0]
    result = substitute(parts, bind, _DIALECTS.get(word_of_shell, word_of_shell), _written)
    for number, reason in result.problems:
        part = parts[number]
        if not isinstance(part, str):
            raise CannotSay(part, reason)
    holes = (part for part in parts if not isinstance(part, str))
    for part, quoting in zip(holes, result.quotings, strict=True):
        if quoting is Quoting.BARE and not _is_one_word(part):
            said = "is pasted into the script by GitHub; here its quotes and `;` are plain text"
            writer.lose(Feature.EXPRESSION, part, step, f"{_written(part)!r} {said}")
    return writer.scope.string(result.text)


def _written(part: Expr) -> str:
    return source_text(Template(parts=(part,)))


def _is_one_word(expr: Expr) -> bool:
    """Whether a value has no quotes, blanks or other signs a shell would read, by its kind."""
    if isinstance(expr, Ref):
        return expr.path[0] in _ONE_WORD or expr.path[-1] in _ONE_WORD_LAST
    return isinstance(expr, Call) and expr.function == "hashFiles"


def _part(part: Expr, writer: StepWriter) -> str | Expr:
    if isinstance(part, Literal):
        return constant(part) or ""
    if isinstance(part, Ref) and part.path[0] == "matrix":
        return writer.scope.matrix(part, pasted=True)
    return part
