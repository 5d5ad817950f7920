"""Lines of our own scripts, read back: whole, and in time whatever else stands there."""

import time
from collections.abc import Callable

import pytest

from ciconv.converters.script_steps.frame import parse
from ciconv.converters.script_steps.handed_on import from_exports, from_sources
from ciconv.converters.script_steps.placeholder import placeholder_of, script_of
from ciconv.ir.expression import constant, text
from ciconv.ir.step import Argument, Placeholder


@pytest.mark.parametrize("throws", [False, True], ids=["sh", "powershell"])
@pytest.mark.parametrize("word", ["plain", "it's", "'quoted'", "two '' in a row", "a: b"])
def test_a_script_that_fails_says_what_it_stands_for(word: str, throws: bool) -> None:
    """Quotes are those of its shell."""
    handed = (Argument(name="run", value=text("echo 'x'\nexit")),)
    step = Placeholder(what=f"step {word}", reason=f"since {word}", arguments=handed)
    found = placeholder_of(constant(script_of(step, throws=throws).script) or "")
    assert found is not None
    assert (found.what, found.reason, found.arguments) == (step.what, step.reason, handed)


@pytest.mark.parametrize(
    ("read", "begin", "end"),
    [
        (from_exports, 'export A="', '\\"'),
        (from_sources, "printf 'export A=%q\\n' \"", '\\" >> "$BASH_ENV"'),
    ],
)
def test_what_is_not_ours_is_seen_in_time(read: Callable[[str], str], begin: str, end: str) -> None:
    """However many commands are in a text that does not end."""
    script = f"{begin}{'$()' * 25}{end}"
    start = time.process_time()
    assert read(script) == script
    assert time.process_time() - start < 1


def test_lines_of_ours_with_many_variables_are_seen_in_time() -> None:
    """One that ends in the next line is none of them, however many values stand before its end."""
    script = "export" + "".join(f' A{number}="b"' for number in range(40)) + ' C="\nmake'
    start = time.process_time()
    assert parse(script, joined=False).script == script
    assert time.process_time() - start < 1
