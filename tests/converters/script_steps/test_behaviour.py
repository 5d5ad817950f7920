"""Wrapped scripts are run by real shells: they behave as GitHub's steps do, and are read back.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context, Place
from ciconv.converters.script_steps.handed_on import from_exports, without_exports
from ciconv.converters.script_steps.host import CIRCLECI, GITLAB, JENKINS, Host
from ciconv.converters.script_steps.names import Names
from ciconv.converters.script_steps.unwrap import unwrap
from ciconv.converters.script_steps.wrap import wrap
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    constant,
    text,
)
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Run, Step
from ciconv.profile import Outcome
from ciconv.source import Workspace
from ciconv.syntax.shell.traits import traits

TOOLS = Path(str(files("ciconv"))) / "catalog" / "tools"
ALWAYS, FAILURE = Call(function="always"), Call(function="failure")
HOSTILE = (
    "plain",
    "two words",
    "it's",
    'say "hi"',
    "$HOME `id` $(id)",
    "a\\b",
    "*",
    "",
    "-n",
    "#x",
)


def output(step: str, name: str) -> Ref:
    """`steps.STEP.outputs.NAME`."""
    return Ref(path=("steps", step, "outputs", name))


def equal(left: Expr, value: str) -> Binary:
    """GitHub's comparison."""
    return Binary(op=Op.EQ, left=left, right=Literal(value=value), semantics=Semantics.GITHUB)


def template(*parts: str | Expr) -> Template:
    """A text with expressions."""
    return Template(parts=tuple(Literal(value=p) if isinstance(p, str) else p for p in parts))


def run(script: str | Template, **fields: object) -> Run:
    """A step."""
    made = text(script) if isinstance(script, str) else script
    return Run(script=made, **fields)  # type: ignore[arg-type]


def wrapped(steps: tuple[Step, ...], host: Host) -> tuple[Step, ...]:
    """The steps of a job in a host, and nothing lost."""
    job = Job(id="job", steps=steps)
    pipeline = Pipeline(id="p", jobs=(job,))
    names = Names(catalog=Catalog.builtin(), format=host.format, pipeline=pipeline, job=job)
    context = Context(
        workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics()
    )
    found = wrap(steps, names, host, context, Place(job="job")).steps
    losses = (one.loss for one in context.diagnostics.sorted())
    assert not [one for one in losses if one is not None and one.outcome is Outcome.MANUAL]
    return found


class Trace(Struct, frozen=True):
    """What a job said, and how it ended."""

    lines: tuple[str, ...]
    ok: bool


def play(steps: tuple[Step, ...], host: Host, folder: Path, shell: str = "") -> Trace:
    """Run wrapped steps as the host does it; `native` conditions and folders are its own."""
    scripts = [one for one in steps if isinstance(one, Run)]
    said: list[str] = []
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "WORKSPACE_TMP": str(folder / "tmp")}
    if host.values == "$BASH_ENV":
        env["BASH_ENV"] = str(folder / "bash_env")
        (folder / "bash_env").touch()
    if host.joined:
        before = "set -eo pipefail\n" if "bash" in (shell or host.shell) else "set -e\n"
        whole = before + "\n".join(constant(one.script) or "" for one in scripts)
        done = _shell([shell or "bash"], whole, env, folder)
        return Trace(tuple(done.stdout.splitlines()), done.returncode == 0)
    ok = True
    for one in scripts:
        if not _takes_place(one.condition, ok):
            continue
        command = (constant(one.shell) or host.shell).replace("-xe", "-e").replace(" {0}", "")
        own = {variable.name: constant(variable.value) or "" for variable in one.env}
        done = _shell(command.split(" "), constant(one.script) or "", {**env, **own}, folder)
        said += done.stdout.splitlines()
        ok = ok and (done.returncode == 0 or one.may_fail is not None)
    return Trace(tuple(said), ok)


def _takes_place(condition: Expr | None, ok: bool) -> bool:
    if condition is None:
        return ok
    assert isinstance(condition, Call)
    return condition.function == "always" or (condition.function == "failure") is not ok


def _shell(
    command: list[str], script: str, env: dict[str, str], folder: Path
) -> "subprocess.CompletedProcess[str]":
    file = folder / "script.sh"
    file.write_text(script)
    return subprocess.run(
        [*command, str(file)], env=env, cwd=folder, capture_output=True, text=True, timeout=20
    )


HOSTS = (GITLAB, CIRCLECI, JENKINS)


@pytest.fixture(params=HOSTS, ids=lambda host: host.format)
def host(request: pytest.FixtureRequest) -> Host:
    """Each of the systems."""
    found: Host = request.param
    return found


def test_steps_are_processes_of_their_own(host: Host, tmp_path: Path) -> None:
    """Folder, variables, functions and flags of one step do not reach the next one."""
    (tmp_path / "sub").mkdir()
    steps = (
        run("cd sub\nX=1\nexport Y=2\nset +e\nf() { :; }\nfalse\necho one"),
        run('echo "$(basename "$PWD") [$X$Y]"\ntype f > /dev/null 2>&1 || echo no f'),
        run("exit 0\necho never"),
        run("false\necho never"),
        run("echo never"),
    )
    trace = play(wrapped(steps, host), host, tmp_path)
    assert trace == Trace(("one", f"{tmp_path.name} []", "no f"), False)


def test_status_functions(host: Host, tmp_path: Path) -> None:
    """After a failure only those run that ask for it, and the job fails all the same."""
    steps = (
        run("echo first"),
        run("false"),
        run("echo skipped"),
        run("echo failure", condition=FAILURE),
        run("echo always", condition=ALWAYS),
        run("echo still skipped", condition=Call(function="success")),
    )
    assert play(wrapped(steps, host), host, tmp_path) == Trace(
        ("first", "failure", "always"), False
    )
    fine = (steps[0], *steps[3:])
    trace = play(wrapped(fine, host), host, tmp_path)
    assert trace == Trace(("first", "always", "still skipped"), True)


def test_a_step_may_fail(host: Host, tmp_path: Path) -> None:
    """It ends at its first failure; the job goes on, and the outcome is known."""
    steps: tuple[Run, ...] = (
        run("echo a\nfalse\necho never", id="try-it", may_fail=Literal(value=True)),
        run("echo b"),
        run("echo outcome", condition=equal(Ref(path=("steps", "try-it", "outcome")), "failure")),
        run("echo no", condition=equal(Ref(path=("steps", "try-it", "conclusion")), "failure")),
    )
    if host is JENKINS:  # its own key tolerates the failure, and the script sees its own status
        steps = steps[:3]
    assert play(wrapped(steps, host), host, tmp_path) == Trace(("a", "b", "outcome"), True)


def test_pipes_fail_as_the_shell_of_the_step_has_it(host: Host, tmp_path: Path) -> None:
    """GitHub's usual shell has no pipefail, `shell: bash` has it."""
    steps = (
        run("false | true\necho usual"),
        run("false | true\necho never", shell=text("bash")),
        run("echo never"),
    )
    assert play(wrapped(steps, host), host, tmp_path) == Trace(("usual",), False)


def test_other_programs_read_scripts(host: Host, tmp_path: Path) -> None:
    """Python gets its script, and standard input stays what it was."""
    steps = (
        run("import os, sys\nprint('py', os.environ['A'], os.path.basename(os.getcwd()))",
            shell=text("python3 {0}"), env=(EnvVar(name="A", value=text("1")),),
            directory=text("sub")),
        run("import sys\nsys.exit(3)", shell=text("python3 {0}")),
        run("echo never"),
    )  # fmt: skip
    (tmp_path / "sub").mkdir()
    prepared = wrapped(steps, host)
    first = next(one for one in prepared if isinstance(one, Run) and "py" in str(one.script))
    if first.directory is not None:  # the host's own key
        script = f"cd sub\n{constant(first.script)}"
        prepared = tuple(
            replace(one, script=text(script)) if one is first else one for one in prepared
        )
    assert play(prepared, host, tmp_path) == Trace(("py 1 sub",), False)


@pytest.mark.parametrize("value", HOSTILE)
def test_outputs_arrive_as_they_are(host: Host, tmp_path: Path, value: str) -> None:
    """Whatever is in them: in variables, in scripts and in conditions."""
    (tmp_path / "value").write_text(value)
    ref = output("make-it", "the-value")
    steps = (
        run('printf "the-value=%s\\n" "$(cat value)" >> "$GITHUB_OUTPUT"', id="make-it"),
        run('printf "<%s>\\n" "$V"', env=(EnvVar(name="V", value=template("v:", ref)),)),
        run(template("printf '<%s>\\n' \"a ", ref, ' b"')),
        run("echo equal", condition=equal(ref, value)),
        run("echo differs", condition=equal(ref, value + "x")),
    )
    trace = play(wrapped(steps, host), host, tmp_path)
    assert trace == Trace((f"<v:{value}>", f"<a {value} b>", "equal"), True)


def test_values_of_many_lines_and_variables_for_later_steps(host: Host, tmp_path: Path) -> None:
    """Blocks, GITHUB_ENV and GITHUB_PATH."""
    tool = tmp_path / "bin" / "my-tool"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho tool\n")
    tool.chmod(0o755)
    steps = (
        run("printf 'x<<END\\na=b\\n\\nlast\\nEND\\n' >> $GITHUB_OUTPUT", id="x"),
        run('echo "NAME=it\'s $(pwd)" >> $GITHUB_ENV\necho "$PWD/bin" >> $GITHUB_PATH'),
        run('echo "$NAME"\nmy-tool'),
        run('echo "$X"', env=(EnvVar(name="X", value=template(output("x", "x"))),)),
    )
    lines = (f"it's {tmp_path}", "tool", "a=b", "", "last")
    assert play(wrapped(steps, host), host, tmp_path) == Trace(lines, True)


@pytest.mark.parametrize("tool", [None, "setup-go"])
@pytest.mark.parametrize("writes", ['"A=handed"', '"$(cat value)"'])
def test_own_variables_win_over_those_handed_on(
    writes: str, tool: str | None, host: Host, tmp_path: Path
) -> None:
    """A step's own `env` counts, also where nobody knows what was written; later ones see it."""
    (tmp_path / "value").write_text("A=handed")
    own = (EnvVar(name="A", value=text("own")), EnvVar(name="B", value=text("b")))
    steps = (
        run('echo "$A"', env=own),
        run(f'echo {writes} >> "$GITHUB_ENV"', tool=tool),
        run('echo "$A $B"', env=own),
        run('echo "$A"'),
    )
    trace = Trace(("own", "own b", "handed"), True)
    made = wrapped(steps, host)
    assert play(made, host, tmp_path) == trace
    again = unwrap(made, host)
    assert again is not None
    found = [{var.name for var in one.env} for one in again if isinstance(one, Run)]
    assert found == [{"A", "B"}, set(), {"A", "B"}, set()]


TOOL = r"""printf 'A=%s\nB=1\n' "$(cat value)" >> "$GITHUB_ENV"
export MINE="now and later"
echo "MINE=$MINE" >> "$GITHUB_ENV"
printf '%s\n' ~/bin "$HOME/second" >> "$GITHUB_PATH"
"""


@pytest.mark.parametrize("value", [one for one in HOSTILE if one != "-n"])
def test_what_a_tool_hands_on(value: str, host: Host, tmp_path: Path) -> None:
    """In the words of the host, which need nothing before them; read back it is GitHub's again."""
    (tmp_path / "value").write_text(value)
    for name in ("bin", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which-one").write_text(f"#!/bin/sh\necho {name}\n")
        (tmp_path / name / "which-one").chmod(0o755)
    shell = text("bash -e {0}")
    steps = (
        run(TOOL, tool="setup-go", shell=shell),
        run('printf "<%s>\\n" "$A" "$B" "$MINE"\nwhich-one', shell=shell),
    )
    made = wrapped(steps, host)
    trace = Trace((f"<{value}>", "<1>", "<now and later>", "second"), True)
    assert play(made, host, tmp_path) == trace
    if host is not JENKINS:
        assert len(made) == len(steps)
        said = [constant(one.script) or "" for one in made if isinstance(one, Run)]
        assert not any("GITHUB_" in one for one in said)
    again = wrapped(unwrap(made, host) or (), host)
    assert play(again, host, tmp_path) == trace


def test_outputs_that_nobody_reads(host: Host, tmp_path: Path) -> None:
    """A tool does without them; a script of the user has its file, and nothing is made of it."""
    shell = text("bash -e {0}")
    steps = (
        run(
            'echo tool\nprintf "x=1\\n" >> "$GITHUB_OUTPUT"\n', tool="setup-go", id="a", shell=shell
        ),
        run('echo "y=2" >> "$GITHUB_OUTPUT"\ncat "$GITHUB_OUTPUT"', id="b", shell=shell),
    )
    made = wrapped(steps, host)
    said = [constant(one.script) or "" for one in made if isinstance(one, Run)]
    assert not any("take" in one or "hand_on" in one or "x=1" in one for one in said)
    assert play(made, host, tmp_path) == Trace(("tool", "y=2"), True)
    again = unwrap(made, host)
    assert again is not None
    assert play(wrapped(again, host), host, tmp_path) == Trace(("tool", "y=2"), True)


def test_no_script_of_the_catalog_exports_what_is_its_own() -> None:
    """Where other scripts follow in the same shell, `export NAME="…"` is for them, too."""
    for file in sorted(TOOLS.glob("*.toml")):
        tool = Catalog.builtin().tool(file.stem)
        column = None if tool is None else tool.column("gitlab")
        script = "" if column is None else column.script or ""
        if traits(without_exports(script)).shares:
            assert from_exports(script) == script, file.stem


@pytest.mark.skipif(shutil.which("dash") is None, reason="no dash here")
def test_any_posix_shell_will_do(tmp_path: Path) -> None:
    """An image without bash."""
    host = Host(format="gitlab", shell="sh -e {0}", joined=True)
    steps = (
        run('echo "v=1" >> "$GITHUB_OUTPUT"', id="a", shell=text("sh")),
        run(template("echo ", output("a", "v")), shell=text("sh")),
        run("echo main", condition=equal(output("a", "v"), "1"), shell=text("sh")),
        run("false", shell=text("sh")),
        run("echo failed", condition=FAILURE, shell=text("sh")),
    )
    trace = play(wrapped(steps, host), host, tmp_path, "dash")
    assert trace == Trace(("1", "main", "failed"), False)


def test_tries_and_limits(tmp_path: Path) -> None:
    """A script is tried again until it succeeds, and ended when its time is over."""
    from ciconv.ir.step import Retry

    steps = (
        run("echo x >> tries\n[ $(wc -l < tries) = 2 ]\necho done", retry=Retry(attempts=3)),
        run("sleep 5\necho never", timeout=Literal(value=1 / 60), may_fail=Literal(value=True)),
    )
    assert play(wrapped(steps, GITLAB), GITLAB, tmp_path) == Trace(("done",), True)


SCRIPTS = st.sampled_from(
    [
        "npm ci",
        "make\nmake test",
        "cd sub\nmake",
        "export A=1\n./x",
        "  indented\n  more",
        "\nmake",
        'cd "sub"\n\nmake',
        'export A="b"\n\nmake',
        "if [ -f x ]; then # step\n  make\nfi",
        "(\n  make\n)",
        "bash -e /dev/fd/3 3<<'STEP'\nmake\nSTEP",
        "[ -n x ] || exit 0 # skipped otherwise\n\nmake",
        "take it",
        "cat <<END\ntext\nEND",
        "echo 'a\n  b'",
        "case x in y) ;; esac",
        "a | b",
        "echo 'STEP\nSTEP_'\nSTEP\n",
        "echo x >> $GITHUB_OUTPUT",
        "set +o pipefail",
        "echo \\",
    ]
)
WORDS = st.sampled_from(["plain", "two words", "it's", 'say "hi"', "$HOME", "a\\b", "`id`", "x#"])
OTHER = Ref(path=("env", "OTHER"))
VALUES = st.one_of(
    st.just(template()),
    st.just(template(OTHER)),
    WORDS.map(template),
    WORDS.map(lambda word: template(word, OTHER)),
    WORDS.map(lambda word: template(OTHER, word)),
)
CONDITIONS = st.sampled_from(
    [
        None,
        ALWAYS,
        FAILURE,
        equal(Ref(path=("env", "X")), "1"),
        Call(function="contains", arguments=(Ref(path=("env", "X")), Literal(value="y"))),
        Ref(path=("ref", "tag")),
        Binary(
            op=Op.AND,
            left=FAILURE,
            right=equal(Ref(path=("env", "X")), "1"),
            semantics=Semantics.GITHUB,
        ),
    ]
)
STEPS = st.builds(
    Run,
    script=SCRIPTS.map(text),
    condition=CONDITIONS,
    env=st.lists(st.builds(EnvVar, name=st.just("A"), value=VALUES), max_size=1).map(tuple),
    directory=st.sampled_from([None, text("sub"), text("it's $HOME")]),
    may_fail=st.sampled_from([None, Literal(value=True)]),
    timeout=st.sampled_from([None, Literal(value=5.0)]),
    shell=st.sampled_from([None, text("bash"), text("python"), text("pwsh"), text("sh -e {0}")]),
)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.format)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=3).map(tuple))
def test_what_is_wrapped_is_read_back(host: Host, steps: tuple[Run, ...]) -> None:
    """Step by step and field by field; where nothing was put around scripts, they are as before."""
    made = wrapped(steps, host)
    found = unwrap(made, host) or made
    assert len(found) == len(steps)
    for one, other in zip(steps, found, strict=True):
        assert isinstance(other, Run)
        assert (constant(other.script) or "").rstrip("\n") == (constant(one.script) or "").rstrip(
            "\n"
        )
        assert other.condition == one.condition
        assert [(v.name, v.value) for v in other.env] == [
            (v.name, v.value) for v in one.env if v.value != template(Ref(path=("env", v.name)))
        ]
        assert other.directory == one.directory
        assert other.may_fail == one.may_fail
        assert other.timeout == one.timeout
