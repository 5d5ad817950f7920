"""Steps of a job as NixActions steps."""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from ciconv.catalog.packages import choose
from ciconv.converters.nixactions.expressions import CannotSay, step_condition, test, word
from ciconv.converters.nixactions.names import constant_text, slug, unique
from ciconv.context import Place
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, text
from ciconv.ir.job import Container
from ciconv.ir.node import replace
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    Placeholder,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.walk import nodes
from ciconv.profile import Feature, Outcome
from ciconv.syntax import nix
from ciconv.syntax.shell import substitute

if TYPE_CHECKING:
    from ciconv.converters.nixactions.jobs import JobWriter

_PROTOCOL = re.compile(r"GITHUB_(ENV|OUTPUT|PATH|STEP_SUMMARY|STATE)\b|::set-output")
_DEFAULT_SHELL = "bash -e"
_SHELLS = {
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
    "python": "python {0}",
    "pwsh": "pwsh -command . '{0}'",
    "bash -e {0}": _DEFAULT_SHELL,
}
_INTERPRETERS = {"python": "python3", "pwsh": "powershell", "node": "nodejs", "perl": "perl"}
_DIALECTS = {"pwsh": "pwsh", "python": "python"}


class Steps(Struct, frozen=True):
    """The written steps of a job: the items, names for a `let`, whether it makes its checkout."""

    items: tuple[nix.Expr, ...]
    bindings: tuple[nix.Binding, ...]
    own_checkout: bool


def unsupported(
    name: str, what: str, reason: str, arguments: dict[str, str] | None = None
) -> nix.Attrs:
    """Return the argument of `unsupported`: a step that fails."""
    values: dict[str, nix.Expr] = {
        "name": nix.string(name),
        "what": nix.string(what),
        "reason": nix.string(reason),
    }
    if arguments:
        values["arguments"] = nix.attrs({key: nix.string(one) for key, one in arguments.items()})
    return nix.attrs(values)


class StepWriter:
    """Writes the steps of one job, in order: packages of a tool serve the steps after it."""

    def __init__(self, job: "JobWriter") -> None:
        self._job, self._scope, self._workflow = job, job.scope, job.workflow
        self._packages: dict[str, nix.Expr] = {}  # by their text
        self._read = {
            one.path[1]
            for one in nodes(job.job)
            if isinstance(one, Ref) and one.path[0] == "steps" and len(one.path) > 2
        }
        self._pending: list[str] = []  # comments of steps that need none of their own
        self._last: list[nix.Expr] = []  # steps that save caches when the job is done
        self._clones = False
        self._emitted: set[str] = set()

    def write(self) -> Steps:
        """Return the written steps."""
        job = self._job.job
        has_checkout = any(isinstance(step, Checkout) for step in job.steps)
        self._clones = has_checkout and self._needs_history()
        items: list[nix.Expr] = [self._service(one) for one in job.services]
        items.extend(self._login(job.container))
        for step in job.steps:
            items.extend(self._commented(step))
        items.extend(reversed(self._last))
        if job.services:
            names = nix.List(tuple(nix.string(one.name) for one in job.services))
            items.append(self._workflow.call("stopServices", names))
        bindings = []
        if self._packages:
            deps = nix.List(tuple(self._packages.values()))
            bindings.append(nix.Binding(("deps",), deps))
        if job.container is not None:
            bindings.append(nix.Binding(("container",), self._container(job.container)))
        own = self._clones or (not has_checkout and bool(job.steps))
        return Steps(tuple(items), tuple(bindings), own)

    def _needs_history(self) -> bool:
        """Whether a step uses git, whose data the copy of a job does not have."""
        for step in self._job.job.steps:
            if isinstance(step, Checkout) and any(one.name == "depth" for one in step.arguments):
                return True
            if isinstance(step, Run) and re.search(r"\bgit\b", constant_text(step.script)):
                return True
        return False

    def _commented(self, step: Step) -> list[nix.Expr]:
        self._pending.extend(_comments(step))
        items = self._step(step)
        if items and self._pending:
            items[0] = replace(items[0], comments=(*self._pending, *items[0].comments))
            self._pending = []
        return items

    def _step(self, step: Step) -> list[nix.Expr]:
        try:
            return self._written(step)
        except CannotSay as error:
            self._job.lose(error, f"the step {_title(step)!r}")
            what = error.expr.span.text if error.expr.span else _title(step)
            name = self._name(step)
            return [self._workflow.call("unsupported", unsupported(name, what, str(error)))]

    def _written(self, step: Step) -> list[nix.Expr]:
        match step:
            case Run():
                return [self._run(step)]
            case Use():
                self._toolchain(step)
                return []
            case Checkout():
                return self._checkout(step)
            case RestoreCache():
                return self._restore(step)
            case SaveCache():
                return [self._save(step, slug(constant_text(step.key)) or "cache", {})]
            case UploadArtifact():
                return [self._upload(step)]
            case DownloadArtifact():
                return [self._download(step)]
            case Placeholder():
                return [self._placeholder(step)]
        raise TypeError(f"{type(step).__name__} has to be lowered before it is written")

    def _name(self, step: Step) -> str:
        return unique(slug(_title(step)) or "step", self._job.names)

    def _where(self, step: Step) -> Place:
        return replace(self._job.place, step=step.id or "")

    def _word(self, expr: Expr) -> nix.Str:
        return self._scope.string(word(expr, self._scope))

    def _options(self, step: Step) -> dict[str, nix.Expr]:
        """The attributes that most functions of the library take."""
        values: dict[str, nix.Expr] = {}
        if step.id is not None and step.id in self._read:
            values["id"] = nix.string(step.id)
        condition = step_condition(step.condition, self._scope)
        if condition is not None:
            if isinstance(condition, nix.Apply) and isinstance(condition.function, nix.Name):
                self._workflow.use(condition.function.name)
            values["condition"] = condition
        values |= self._failure(step) | self._timeout(step)
        return values

    def _failure(self, step: Step) -> dict[str, nix.Expr]:
        if step.may_fail is None or isinstance(step.may_fail, Literal) and not step.may_fail.value:
            return {}
        if isinstance(step.may_fail, Literal):
            return {"mayFail": nix.Bool(True)}
        return {"mayFail": self._scope.string(test(step.may_fail, self._scope))}

    def _timeout(self, step: Step) -> dict[str, nix.Expr]:
        if step.timeout is None:
            return {}
        minutes = step.timeout.value if isinstance(step.timeout, Literal) else None
        if isinstance(minutes, float):
            return {"timeout": nix.Int(int(minutes * 60))}
        return {"timeout": self._scope.string(f"$(({word(step.timeout, self._scope)} * 60))")}

    def _deps(self, step: Run, interpreter: str) -> nix.Expr | None:
        own = [nix.names("pkgs", *one.split(".")) for one in step.packages]
        extra = _INTERPRETERS.get(interpreter)
        if extra is not None and not self._packages:
            own.append(nix.names("pkgs", extra))
        if not own:
            return nix.Name("deps") if self._packages else None
        mine = nix.List(tuple(own))
        return nix.Operation("++", nix.Name("deps"), mine) if self._packages else mine

    def _run(self, step: Run) -> nix.Expr:
        written = constant(step.shell) if step.shell is not None else None
        if step.shell is not None and written is None:
            raise CannotSay(step.shell, "the shell has to be known beforehand")
        default = "sh -e" if self._job.job.container is not None else _DEFAULT_SHELL
        shell = default if written is None else _SHELLS.get(written, written)
        interpreter = shell.split(" ")[0]
        values: dict[str, nix.Expr] = {"name": nix.string(self._name(step))}
        setup: list[str] = []
        body = self._script(step, _DIALECTS.get(interpreter, "bash"), setup)
        deps = self._deps(step, interpreter)
        options = self._options(step)
        env, bound = self._env(step)
        simple = not (setup or bound or env or options or self._job.job.timeout)
        if simple and shell == _DEFAULT_SHELL and self._is_simple(step):
            items = deps if deps is not None else nix.List(())
            return self._workflow.call("run", values["name"], items, body)
        if shell != _DEFAULT_SHELL:
            values["shell"] = nix.string(shell)
        values |= {} if deps is None else {"deps": deps}
        values |= options
        if step.directory is not None:
            values["directory"] = self._word(step.directory)
        if env:
            values["env"] = nix.attrs(env)
        if bound or setup:
            values["setup"] = self._scope.string("\n".join((*bound, *setup)))
        if self._job.job.container is not None:
            values["container"] = nix.Name("container")
        return self._workflow.call("script", nix.attrs(values | {"text": body}))

    def _is_simple(self, step: Run) -> bool:
        known = constant_text(step.script)
        return (
            "\n" not in known.strip("\n")
            and not _PROTOCOL.search(known)
            and step.directory is None
            and self._job.job.container is None
            and not re.search(r"['\"`\\]|\$\(", known)
        )

    def _env(self, step: Step) -> tuple[dict[str, nix.Expr], list[str]]:
        """Variables known beforehand, and lines of bash that set the others."""
        static: dict[str, nix.Expr] = {}
        bound: list[str] = []
        for variable in step.env:
            known = self._job.static(variable.value)
            if known is not None:
                static[variable.name] = known
                continue
            value = word(variable.value, self._scope)
            if value != f"${variable.name}":
                bound.append(f'export {variable.name}="{value}"')
        return static, bound

    def _script(self, step: Run, dialect: str, setup: list[str]) -> nix.Str:
        """The script with variables in place of expressions; `setup` gets what sets them."""
        parts: list[str | Expr] = []
        for part in step.script.parts:
            if isinstance(part, Literal):
                parts.append(constant(part) or "")
            elif isinstance(part, Ref) and part.path[0] == "matrix":
                parts.append(self._scope.matrix(part, pasted=True))
            else:
                parts.append(part)
        if all(isinstance(part, str) for part in parts):
            return self._scope.string("".join(map(str, parts)))
        names: dict[Expr, str] = {}

        def bind(expr: Expr) -> str:
            if expr not in names:
                value = word(expr, self._scope)
                direct = re.fullmatch(r"\$([A-Za-z_][A-Za-z0-9_]*)", value)
                names[expr] = direct[1] if direct else f"CICONV_{len(names) + 1}"
                if not direct:
                    setup.append(f'export {names[expr]}="{value}"')
            return names[expr]

        result = substitute(parts, bind, dialect)
        for number, reason in result.problems:
            part = parts[number]
            if not isinstance(part, str):
                raise CannotSay(part, reason)
        return self._scope.string(result.text)

    def _toolchain(self, step: Use) -> None:
        tool = self._workflow.context.catalog.tool(step.tool or "")
        column = None if tool is None else tool.targets.get("nixactions")
        if tool is None or column is None:
            raise TypeError(f"{step.ref.written} has to be mapped before it is written")
        if step.condition is not None:
            self._approximate(
                Feature.TOOL, step.condition, step, "the packages are there in every case"
            )
        handled = [one for one in step.arguments if one.name in column.handles]
        rows = len(self._job.row_values) or 1
        choices = [
            choose(column, self._values(handled, number), self._workflow.context.catalog)
            for number in range(rows)
        ]
        differs = next((one.differs for one in choices if one.differs), "")
        if differs:
            at = handled[0] if handled else step.ref
            self._approximate(Feature.TOOL_VERSION, at, step, differs)
        for one in handled:
            if self._job.static(one.value) is None:
                self._approximate(
                    Feature.TOOL_VERSION, one, step, f"{one.name!r} is only known during the run"
                )
        for number in range(max(len(one.packages) for one in choices)):
            column_of = [one.packages[number] if number < len(one.packages) else "" for one in choices]
            self._add_package(tool.name, column_of, handled)

    def _approximate(self, feature: Feature, at: object, step: Use, message: str) -> None:
        self._workflow.context.lose(
            feature,
            Outcome.APPROXIMATED,
            f"{step.ref.name!r}: {message}",
            at=at,  # type: ignore[arg-type]
            place=self._where(step),
        )

    def _values(self, arguments: list[Argument], cell: int) -> dict[str, str]:
        """The constant inputs of a tool in one cell of the matrix."""
        found = {}
        for one in arguments:
            parts = []
            for part in one.value.parts:
                if isinstance(part, Ref) and part.path[0] == "matrix" and self._scope.cells:
                    texts = self._scope.cells.texts(part.path[1:])
                    parts.append(texts[cell] if texts else None)
                else:
                    parts.append(constant(part))
            if None not in parts:
                found[one.name] = "".join(part or "" for part in parts)
        return found

    def _add_package(self, tool: str, chosen: list[str], arguments: list[Argument]) -> None:
        if len(set(chosen)) == 1:
            self._packages[chosen[0]] = nix.names("pkgs", *chosen[0].split("."))
            return
        path = next((path for one in arguments if (path := _only_matrix(one.value))), None)
        texts = self._scope.cells.texts(path) if path and self._scope.cells else None
        if path and texts:
            prefix = chosen[0].removesuffix(texts[0])
            if all(one == prefix + text for one, text in zip(chosen, texts, strict=True)):
                attribute = nix.Str((prefix, nix.names("matrix", *path)))
                self._packages[prefix] = nix.Select(nix.Name("pkgs"), (attribute,))
                return
        name = tool
        while any(name in row for row in self._job.row_values):
            name += "'"
        for row, attribute_name in zip(self._job.row_values, chosen, strict=True):
            row[name] = attribute_name
        self._packages[name] = nix.Select(nix.Name("pkgs"), (nix.Str((nix.names("matrix", name),)),))

    def _checkout(self, step: Checkout) -> list[nix.Expr]:
        given = {one.name: one for one in step.arguments}
        plain = {"repository", "ref", "path", "submodules", "lfs", "sparse"}
        wanted = [one for name, one in given.items() if name in plain and not _is_off(one)]
        for name, one in given.items():
            if name not in plain and name not in ("depth", "tags"):
                self._ignore(step, one, "the copy of the repository is made without it")
        if not wanted and not self._clones and step.condition is None:
            return []
        values: dict[str, nix.Expr] = {"name": nix.string(self._name(step))}
        values["deps"] = nix.List((nix.names("pkgs", "git"),))
        values |= self._options(step)
        static, bound = self._env(
            replace(step, env=tuple(_variable(one) for one in (*wanted, *_depth(given))))
        )
        if static:
            values["env"] = nix.attrs(static)
        if bound:
            values["setup"] = self._scope.string("\n".join(bound))
        values["text"] = nix.string(_checkout_script(set(given)))
        return [self._workflow.call("script", nix.attrs(values))]

    def _ignore(self, step: Step, argument: Argument, reason: str) -> None:
        self._workflow.context.lose(
            Feature.TOOL_INPUT,
            Outcome.APPROXIMATED,
            f"the input {argument.name!r} is left out: {reason}",
            at=argument,
            place=self._where(step),
        )

    def _lines(self, template: Template | None) -> nix.List:
        """The lines of a text as a list of words."""
        if template is None:
            return nix.List(())
        lines = word(template, self._scope).split("\n")
        found = (line.strip() for line in lines)
        return nix.List(tuple(self._scope.string(line) for line in found if line))

    def _restore(self, step: RestoreCache) -> list[nix.Expr]:
        name = unique(slug(constant_text(step.key)) or "cache", self._job.names)
        options = self._options(step)
        values: dict[str, nix.Expr] = {"name": nix.string(name), "key": self._word(step.key)}
        if step.fallbacks is not None:
            values["restoreKeys"] = self._lines(step.fallbacks)
        values["paths"] = self._lines(step.paths)
        for one in step.arguments:
            self._ignore(step, one, "caches are folders of this machine")
        if step.save:
            self._last.append(self._save_restored(name, values["paths"], step))
        return [self._workflow.call("restoreCache", nix.attrs(values | options))]

    def _save_restored(self, name: str, paths: nix.Expr, step: Step) -> nix.Expr:
        values: dict[str, nix.Expr] = {"name": nix.string(name), "paths": paths}
        condition = step_condition(step.condition, self._scope)
        if isinstance(condition, nix.Apply):
            values["condition"] = condition
        return self._workflow.call("saveCache", nix.attrs(values))

    def _save(self, step: SaveCache, name: str, values: dict[str, nix.Expr]) -> nix.Expr:
        for one in step.arguments:
            self._ignore(step, one, "caches are folders of this machine")
        values = {"name": nix.string(unique(name, self._job.names)), "key": self._word(step.key)}
        values["paths"] = self._lines(step.paths)
        return self._workflow.call("saveCache", nix.attrs(values | self._options(step)))

    def _upload(self, step: UploadArtifact) -> nix.Expr:
        values: dict[str, nix.Expr] = {
            "step": nix.string(self._name(step)),
            "name": self._word(step.artifact),
            "paths": self._lines(step.paths),
        }
        if step.missing != "warn":
            values["missing"] = nix.string(step.missing)
        for one in step.arguments:
            if one.name == "hidden" and (constant(one.value) or "") in ("true", "false"):
                values["hidden"] = nix.Bool(constant(one.value) == "true")
            else:
                self._ignore(step, one, "artifacts are folders of the run")
        return self._workflow.call("upload", nix.attrs(values | self._options(step)))

    def _download(self, step: DownloadArtifact) -> nix.Expr:
        values: dict[str, nix.Expr] = {"step": nix.string(self._name(step))}
        for key, one in (("name", step.artifact), ("pattern", step.pattern), ("path", step.path)):
            if one is not None:
                values[key] = self._word(one)
        for argument in step.arguments:
            if argument.name == "merge" and constant(argument.value) in ("true", "false"):
                values["merge"] = nix.Bool(constant(argument.value) == "true")
            else:
                self._ignore(step, argument, "only artifacts of the same run are at hand")
        return self._workflow.call("download", nix.attrs(values | self._options(step)))

    def _placeholder(self, step: Placeholder) -> nix.Expr:
        arguments = {one.name: _source(one.value) for one in step.arguments}
        values = unsupported(self._name(step), step.what, step.reason, arguments)
        options = {key: one for key, one in self._options(step).items() if key != "timeout"}
        bindings = tuple(nix.Binding((key,), one) for key, one in options.items())
        return self._workflow.call("unsupported", nix.Attrs((*values.bindings, *bindings)))

    def _service(self, service: Container) -> nix.Expr:
        values: dict[str, nix.Expr] = {"name": nix.string(service.name)}
        return self._workflow.call("service", nix.attrs(values | self._machine(service)))

    def _container(self, container: Container) -> nix.Expr:
        values = self._machine(container)
        passed = [one.name for one in (*self._workflow.pipeline.env, *self._job.job.env)]
        passed += [name for name in self._scope.secrets if name not in passed]
        if passed:
            values["pass"] = nix.List(tuple(nix.string(one) for one in dict.fromkeys(passed)))
        return nix.attrs(values)

    def _machine(self, container: Container) -> dict[str, nix.Expr]:
        try:
            return self._docker(container)
        except CannotSay as error:
            self._job.fail(error, "the container")
            return {"image": nix.string("unsupported")}

    def _docker(self, container: Container) -> dict[str, nix.Expr]:
        values: dict[str, nix.Expr] = {"image": self._word(container.image)}
        env = {one.name: self._word(one.value) for one in container.env}
        if env:
            values["env"] = nix.attrs(env)
        for key, items in (("ports", container.ports), ("volumes", container.volumes)):
            if items:
                values[key] = nix.List(tuple(self._word(one) for one in items))
        if container.options is not None:
            values["options"] = self._word(container.options)
        return values

    def _login(self, container: Container | None) -> list[nix.Expr]:
        """A step that logs in to the registries of private images."""
        images = [one for one in (container, *self._job.job.services) if one is not None]
        items: list[nix.Expr] = []
        for one in images:
            if one.username is None or one.password is None:
                continue
            run = Run(
                name=text("docker login"),
                script=text(_LOGIN),
                env=tuple(
                    _variable(Argument(name=name, value=value))
                    for name, value in (
                        ("image", one.image),
                        ("username", one.username),
                        ("password", one.password),
                    )
                ),
                packages=("docker-client",),
                span=one.span,
            )
            items.append(self._run(run))
        return items


_LOGIN = """\
registry=${INPUT_IMAGE%%/*}
case $registry in *.*) ;; *) registry=docker.io ;; esac
printf '%s' "$INPUT_PASSWORD" | docker login "$registry" -u "$INPUT_USERNAME" --password-stdin
"""


def _variable(argument: Argument) -> EnvVar:
    name = "INPUT_" + argument.name.upper().replace("-", "_")
    return EnvVar(name=name, value=argument.value, span=argument.span)


def _depth(given: dict[str, Argument]) -> list[Argument]:
    return [given["depth"]] if "depth" in given and "repository" in given else []


def _is_off(argument: Argument) -> bool:
    return constant(argument.value) in ("false", "")


def _checkout_script(given: set[str]) -> str:
    """The commands of a checkout, by the inputs it has; each arrives as INPUT_NAME."""
    clone = 'git clone -q "$OLDPWD" "${INPUT_PATH:-.}"'
    if "repository" in given:
        url = '"${GITHUB_SERVER_URL:-https://github.com}/$INPUT_REPOSITORY"'
        clone = f'git clone -q {url} "${{INPUT_PATH:-.}}"'
    lines = [clone]
    inside = 'git -C "${INPUT_PATH:-.}"'
    if "sparse" in given:
        lines.append(f'printf "%s\\n" "$INPUT_SPARSE" | {inside} sparse-checkout set --stdin')
    if "ref" in given:
        lines.append(f'if [ -n "$INPUT_REF" ]; then {inside} checkout -q "$INPUT_REF"; fi')
    if "submodules" in given:
        recursive = '$([ "$INPUT_SUBMODULES" = recursive ] && echo --recursive)'
        lines.append(f"{inside} submodule update -q --init {recursive}")
    if "lfs" in given:
        lines.append(f"{inside} lfs pull")
    return "\n".join(lines) + "\n"


def _only_matrix(value: Template) -> tuple[str, ...] | None:
    part = value.parts[0] if len(value.parts) == 1 else None
    return part.path[1:] if isinstance(part, Ref) and part.path[0] == "matrix" else None


def _source(value: Template) -> str:
    """The text of an argument as the source has it."""
    known = constant(value)
    if known is not None:
        return known
    return "".join(_piece(part) for part in value.parts)


def _piece(part: Expr) -> str:
    if isinstance(part, Literal):
        return constant(part) or ""
    inner = part.span.text if part.span is not None else "…"
    return inner if inner.startswith("${{") else f"${{{{ {inner} }}}}"


def _title(step: Step) -> str:
    """What people call a step."""
    if step.name is not None and constant_text(step.name).strip():
        return constant_text(step.name)
    if step.id:
        return step.id
    match step:
        case Run():
            lines = constant_text(step.script).strip().split("\n")
            return " ".join(lines[0].split(" ")[:3])
        case Use() | Checkout() | RestoreCache() | SaveCache() if step.ref is not None:
            return step.ref.name.rpartition("/")[2]
        case UploadArtifact():
            return f"upload {constant_text(step.artifact)}"
        case DownloadArtifact():
            return f"download {constant_text(step.artifact)}"
        case Placeholder():
            return step.what.partition("@")[0].rpartition("/")[2]
    return "step"


def _comments(step: Step) -> tuple[str, ...]:
    """The label of a step where its name cannot say it, and its comments."""
    found = []
    for node in nodes(step):
        found.extend(comment.text for comment in node.comments)
    if step.name is not None:
        label = _source(step.name)
        if slug(label).replace("-", " ") != label.lower():
            return (label, *found)
    return tuple(found)
