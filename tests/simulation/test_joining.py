"""Several plain scripts are the same as one script of all their lines, and no others are."""

import pytest
from msgspec.structs import replace

import ciconv
from ciconv.ir.trigger import EventKind
from ciconv.simulation.compare.joining import joined, same_shell
from ciconv.simulation.event import Event
from ciconv.simulation.plan import StepPlan

STEPS = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
"""


def plans(*steps: str) -> tuple[StepPlan, ...]:
    """The plans of these steps in a job."""
    lines = "".join(f"      - {one}\n" for one in steps)
    files = {".github/workflows/w.yml": STEPS + lines}
    plan = ciconv.simulate(files, Event(kind=EventKind.PUSH, branch="main"))
    return tuple(replace(one, span=None) for one in plan.pipelines[0].jobs[0].steps)


def differ(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two lists of steps are told apart."""
    return joined(plans(*a)) != joined(plans(*b))


ONE = ('{run: "make\\nmake test"}',)


@pytest.mark.parametrize(
    ("several", "equal"),
    [
        (("run: make", "run: make test"), True),
        (("run: make", "run: make tests"), False),
        (("run: make test", "run: make"), False),
        (("run: make", "{run: make test, if: always()}"), False),
        (("run: make", "{run: make test, continue-on-error: true}"), False),
        (("{run: make, env: {A: b}}", "run: make test"), False),
        (("run: make", "{run: make test, working-directory: x}"), False),
        (("run: make", "uses: actions/checkout@v4", "run: make test"), False),
    ],
)
def test_plain_scripts_join(several: tuple[str, ...], equal: bool) -> None:
    """Conditions, tolerated failures, variables and folders keep steps apart."""
    assert differ(several, ONE) is not equal
    assert differ(ONE, several) is not equal


@pytest.mark.parametrize(("nothing", "many"), [({"x/say@v1"}, 2), ({"x/other@v1"}, 3), ((), 3)])
def test_actions_stand_between(nothing: set[str], many: int) -> None:
    """An action keeps scripts apart, but for one that is nothing on the other side."""
    steps = plans("run: make", "uses: x/say@v1", "run: make test")
    assert len(joined(steps, across=nothing)) == many


@pytest.mark.parametrize(
    ("first", "joined"),
    [("cd sub", "cd sub\\nmake"), ("X=1", "X=1\\nmake"), ("exit 0", "exit 0\\nmake")],
)
def test_what_leaves_something_behind_does_not_join(first: str, joined: str) -> None:
    """The second script would see it."""
    assert differ((f"run: {first}", "run: make"), (f'{{run: "{joined}"}}',))


@pytest.mark.parametrize(
    ("script", "one", "other", "equal"),
    [
        ("make", "bash -e {0}", "bash", True),
        ("make", "bash -xe {0}", "bash", True),
        ("make", "sh -e {0}", "bash", True),
        ("'make \\'", "sh -e {0}", "bash", True),
        ("make | tee log", "bash -e {0}", "bash", False),
        ("'[[ a == b ]]'", "sh -e {0}", "bash", False),
        ("make", "bash {0}", "bash", False),
        ("make", "python", "bash", False),
    ],
)
def test_shells_that_do_the_same(script: str, one: str, other: str, equal: bool) -> None:
    """Flags that change nothing for the script make no difference."""
    first, second = (plans(f"{{run: {script}, shell: '{shell}'}}")[0] for shell in (one, other))
    assert same_shell(first, second) is equal
