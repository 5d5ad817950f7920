"""What is known of scripts: only what is surely so is said."""

from time import process_time

import pytest

from ciconv.syntax.shell.traits import traits

SHARES = (
    "npm ci",
    "npm ci\nnpm test\n",
    "FOO=1 make -j2 | tee log",
    "if [ -f x ]; then\n  rm x\nfi",
    'echo "$(cd sub && pwd)" > out',
    "(cd sub && make)",
    "cat > file <<END\ncd x\nEND\nmake",
    "test -f x || exit 1",
    "# cd x\nmake",
    "a && b || c",
    'echo "${A:-${B:-c}} ${A#*=}" ${A:-$(pwd)}',
    "echo a >&2\nmake > log 2>&1",
    "make >| log >> all <&3 3<> both",
    "make &> log &>> log",
    "(make >&2)",
)
LEAVES = (
    "cd sub",
    "make && cd sub",
    "X=1",
    "export X=1",
    "set -x\nmake",
    "exit 0",
    ". ./env.sh",
    "f() { make; }\nf",
    "f () { make; }\nf",
    "for x in a b; do make $x; done",
    "read -r x < file",
    "trap cleanup EXIT",
    "[ -f x ] && make",  # a first one that fails ends the script, but not those after it
    "! grep x y",
    "make 2>&1 & cd x",
    "make 2>&1; cd x",
    "${X:=1}",
    "echo ${X:=1}",
    "echo ${X:-${Y:=1}}",
    'eval "$X"',
    "",
    "# nothing",
)


@pytest.mark.parametrize("script", SHARES)
def test_what_leaves_nothing_behind(script: str) -> None:
    """Such scripts may stand behind each other in one process."""
    assert traits(script).shares


@pytest.mark.parametrize("script", LEAVES)
def test_what_leaves_something_behind_or_ends_early(script: str) -> None:
    """Such scripts may not."""
    assert not traits(script).shares


@pytest.mark.parametrize(
    "script",
    [
        "echo 'a",
        'echo "a',
        "echo $(a",
        "cat <<END\nx",
        "echo a)",
        "echo a \\",
        "case a in b) c;; esac",
    ],
)
def test_what_does_not_end_where_its_text_ends(script: str) -> None:
    """No brackets can be put around such texts."""
    assert not traits(script).is_whole


@pytest.mark.parametrize(
    ("script", "indents"),
    [
        ("make\nmake test", True),
        ("echo 'a\nb'", False),
        ('echo "a\nb"', False),
        ("cat <<END\na\nEND", False),
        ("echo a \\\n  b", True),
        ("if a; then\n  b\nfi", True),
    ],
)
def test_lines_inside_of_words_are_not_indented(script: str, indents: bool) -> None:
    """Blanks before them would be part of the word."""
    assert traits(script).indents is indents


@pytest.mark.parametrize(
    "script",
    ["npm ci", "[ -f x ] || exit 1", 'echo "$X" | grep y', "set -eu\nmake", 'export A="$B" C=d'],
)
def test_what_all_shells_read_alike(script: str) -> None:
    """Plain commands."""
    assert traits(script).is_portable


@pytest.mark.parametrize(
    "script",
    [
        "[[ $a == b ]]",
        "echo -e x",
        "echo ${a,,}",
        "echo ${a:0:2}",
        "echo {a,b}",
        "source x",
        "set -o pipefail",
        "a=(1 2)",
        "cat <<< x",
        "echo $RANDOM",
        'echo "a\\n"',
        "export A=$B",
        'export A="a b" B="c"$D',
        "readonly A=`b`",
    ],
)
def test_what_is_for_bash(script: str) -> None:
    """Other shells do something else with it."""
    assert not traits(script).is_portable


def test_pipes_are_seen() -> None:
    """`||` is none."""
    assert traits("a | b").has_pipe
    assert not traits("a || b").has_pipe
    assert not traits("# a | b\nc").has_pipe


def test_pipes_in_which_nothing_can_fail_but_the_last_are_none() -> None:
    """It reads all that it is told, or fails itself."""
    assert not traits('echo "$P" | docker login -u x --password-stdin').has_pipe
    assert not traits("A=$(printf %s x | base64 -d)").has_pipe
    assert traits("echo x | head -1").has_pipe
    assert traits("echo x | tee log | grep -q y").has_pipe
    assert traits("make | tee log").has_pipe


@pytest.mark.parametrize(
    ("script", "is_chain"),
    [
        ("make", True),
        ("a 2>&1 | b && c", True),
        ("(a; b) && c", True),
        ("! a", True),
        ("a || b", False),
        ("a; b", False),
        ("a;", False),
        ("a &", False),
        ("a & b", False),
        ("a\nb", False),
        ("a # b", False),
        ("if a; then b; fi", False),
        ("while a; do b; done", False),
    ],
)
def test_what_another_command_may_stand_before(script: str, is_chain: bool) -> None:
    """`cd folder && ` in front of it changes only where all of it runs."""
    assert traits(script).is_chain is is_chain


@pytest.mark.parametrize(("opening", "end"), [("$(", ")"), ("${a:-", "}"), ("( ", ")")])
def test_what_stands_too_deep_inside_is_not_understood(opening: str, end: str) -> None:
    assert traits(f"{opening * 30}a{end * 30}").is_whole
    assert not traits(f"{opening * 5_000}a{end * 5_000}").is_whole


@pytest.mark.parametrize("piece", ["trap a; ", "echo a; ", "{a, "])
def test_long_scripts_are_asked_once_what_bash_alone_knows(piece: str) -> None:
    started = process_time()
    assert traits(piece * 5_000).is_portable
    assert process_time() - started < 1


def test_long_lines_are_read_once() -> None:
    started = process_time()
    assert not traits("echo " * 40_000).has_pipe
    assert traits("echo " * 40_000 + "| tee log | sh").has_pipe
    assert process_time() - started < 1
