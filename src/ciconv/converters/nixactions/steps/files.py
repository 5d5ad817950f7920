"""Files: the checkout, caches and artifacts."""

from ciconv.converters.nixactions.names import slug
from ciconv.converters.nixactions.steps.writer import StepWriter
from ciconv.ir.expression import constant, constant_text
from ciconv.ir.naming import claimed
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    RestoreCache,
    SaveCache,
    Step,
    UploadArtifact,
)
from ciconv.syntax import nix

# inputs of a checkout that change which files there are, and the command for each
_COMMANDS = {
    "repository": "",
    "path": "",
    "sparse": "printf '%s\\n' \"$INPUT_SPARSE\" | git sparse-checkout set --stdin",
    "ref": 'if [ -n "$INPUT_REF" ]; then git checkout -q "${INPUT_REF#refs/heads/}"; fi',
    "submodules": (
        'if [ "$INPUT_SUBMODULES" = recursive ]; then set -- --recursive; fi\n'
        'git submodule update -q --init "$@"'
    ),
    "lfs": "git lfs pull",
}
_OF_HERE = """\
url="$OLDPWD"
git init -q "${INPUT_PATH:-.}"
cd "${INPUT_PATH:-.}"
git config include.path "$(git -C "$url" rev-parse --absolute-git-dir)/config"
git config remote.origin.url > /dev/null || git remote add origin "$url"
git fetch -q "$url" '+refs/remotes/origin/*:refs/remotes/origin/*'
git fetch -q --tags "$url" '+refs/heads/*:refs/remotes/origin/*' HEAD
git checkout -q "${INPUT_REF:-$(git -C "$url" rev-parse HEAD)}"
"""  # the configuration of the repository says where pushes go, and with what rights
_ELSEWHERE = """\
url="${GITHUB_SERVER_URL:-https://github.com}/$INPUT_REPOSITORY"
git init -q "${INPUT_PATH:-.}"
cd "${INPUT_PATH:-.}"
git remote add origin "$url" 2> /dev/null || git remote set-url origin "$url"
git fetch -q --tags origin
git checkout -q "${INPUT_REF:-$(git ls-remote "$url" HEAD | cut -f 1)}"
"""
_ALWAYS_FULL = frozenset({"depth", "tags"})  # a clone has the whole history


def needs_empty_job(steps: tuple[Step, ...]) -> bool:
    """Whether a job starts without the repository: nothing checks it out, or not as it is."""
    found = [step for step in steps if isinstance(step, Checkout)]
    return bool(steps) and (not found or any(_is_elsewhere(step) for step in found))


def _is_elsewhere(step: Checkout) -> bool:
    names = {one.name for one in step.arguments if not _is_off(one)}
    return step.condition is not None or bool(names & {"repository", "path"})


def write_checkout(step: Checkout, writer: StepWriter) -> list[nix.Expr]:
    """Return what gives the copy of the repository that a job has its history, or a clone."""
    given = {one.name: one for one in step.arguments}
    for name, one in given.items():
        if name not in _COMMANDS and name not in _ALWAYS_FULL:
            writer.ignore(step, one, "the files are those of the repository on this machine")
    wanted = [one for name, one in given.items() if name in _COMMANDS and not _is_off(one)]
    wanted.sort(key=lambda one: list(_COMMANDS).index(one.name))
    if not writer.empty and not wanted:
        return [nix.Name(writer.workflow.use("checkout"))]
    script = _checkout_script(step, wanted, writer)
    return [script] if writer.empty else [nix.Name(writer.workflow.use("checkout")), script]


def _checkout_text(names: list[str], *, empty: bool) -> str:
    """The commands for inputs of a checkout, in a folder that is empty or has the files."""
    commands = [_COMMANDS[one] for one in names if one != "ref" or not empty]
    if empty:
        commands = [(_ELSEWHERE if "repository" in names else _OF_HERE).strip(), *commands]
    return "".join(f"{one}\n" for one in commands if one)


def read_checkout(script: str, env: tuple[EnvVar, ...]) -> tuple[Argument, ...] | None:
    """Return the inputs of the checkout that wrote a script, None for any other script."""
    given = {one.name: one for one in env}
    variables = {name: variable_of(name) for name in _COMMANDS}
    names = [name for name, variable in variables.items() if variable in given]
    written = (_checkout_text(names, empty=empty) for empty in (False, True))
    if not script or script not in written:
        return None
    return tuple(
        Argument(name=one, value=given[variables[one]].value, span=given[variables[one]].span)
        for one in names
    )


def _checkout_script(step: Checkout, wanted: list[Argument], writer: StepWriter) -> nix.Expr:
    text = _checkout_text([one.name for one in wanted], empty=writer.empty)
    values: dict[str, nix.Expr] = {
        "name": nix.string(writer.name(step)),
        "deps": nix.List((nix.names("pkgs", "git"),)),
    }
    values |= writer.options(step)
    env, bound = writer.env(tuple(map(input_variable, wanted)))
    if env:
        values["env"] = nix.attrs(env)
    if bound:
        values["setup"] = writer.scope.string("\n".join(bound))
    return writer.call("script", nix.attrs(values | {"text": nix.string(text)}))


def _is_off(argument: Argument) -> bool:
    return constant(argument.value) in ("false", "")


def variable_of(name: str) -> str:
    """Return the variable of a script that an input of a step stands in."""
    return "INPUT_" + name.upper().replace("-", "_")


def input_variable(argument: Argument) -> EnvVar:
    """Return an argument as the variable INPUT_NAME of a script."""
    return EnvVar(name=variable_of(argument.name), value=argument.value, span=argument.span)


def write_restore(step: RestoreCache, writer: StepWriter) -> list[nix.Expr]:
    """Return the step that restores; one that saves stands at the end of the job."""
    name = claimed(slug(constant_text(step.key)) or "cache", writer.owner.names)
    options = writer.options(step)
    values: dict[str, nix.Expr] = {"name": nix.string(name), "key": writer.word(step.key)}
    if step.fallbacks is not None:
        values["restoreKeys"] = writer.lines(step.fallbacks)
    values["paths"] = writer.lines(step.paths)
    for one in step.arguments:
        writer.ignore(step, one, "caches are folders of this machine")
    if step.save:
        saved = {"name": values["name"], "paths": values["paths"]}
        saved |= writer.condition(step.condition)
        writer.at_end.append(writer.call("saveCache", nix.attrs(saved)))
    return [writer.call("restoreCache", nix.attrs(values | options))]


def write_save(step: SaveCache, writer: StepWriter) -> list[nix.Expr]:
    """Return the step that saves a cache where it stands."""
    for one in step.arguments:
        writer.ignore(step, one, "caches are folders of this machine")
    name = claimed(slug(constant_text(step.key)) or "cache", writer.owner.names)
    values = {
        "name": nix.string(name),
        "key": writer.word(step.key),
        "paths": writer.lines(step.paths),
    }
    return [writer.call("saveCache", nix.attrs(values | writer.options(step)))]


def write_upload(step: UploadArtifact, writer: StepWriter) -> list[nix.Expr]:
    """Return the step that keeps files under a name."""
    values: dict[str, nix.Expr] = {
        "step": nix.string(writer.name(step)),
        "name": writer.word(step.artifact),
        "paths": writer.lines(step.paths),
    }
    if step.missing != "warn":
        values["missing"] = nix.string(step.missing)
    for one in step.arguments:
        if one.name in ("hidden", "overwrite") and constant(one.value) in ("true", "false"):
            values[one.name] = nix.Bool(constant(one.value) == "true")
        else:
            writer.ignore(step, one, "artifacts are folders of the run")
    return [writer.call("upload", nix.attrs(values | writer.options(step)))]


def write_download(step: DownloadArtifact, writer: StepWriter) -> list[nix.Expr]:
    """Return the step that brings files of artifacts back."""
    values: dict[str, nix.Expr] = {"step": nix.string(writer.name(step))}
    for key, one in (("name", step.artifact), ("pattern", step.pattern), ("path", step.path)):
        if one is not None:
            values[key] = writer.word(one)
    for argument in step.arguments:
        if argument.name == "merge" and constant(argument.value) in ("true", "false"):
            values["merge"] = nix.Bool(constant(argument.value) == "true")
        else:
            writer.ignore(step, argument, "only artifacts of the same run are at hand")
    return [writer.call("download", nix.attrs(values | writer.options(step)))]
