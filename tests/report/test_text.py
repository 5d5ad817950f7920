"""The report for people."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.diagnostics import Diagnostic, Label, Loss, Severity
from ciconv.profile import Feature, Outcome
from ciconv.report import text as report
from ciconv.source import NOWHERE, Source, Span

SOURCE = Source("ci.yml", "on: push\njobs:\n\tb: \N{CJK UNIFIED IDEOGRAPH-65E5}x end\r\nlast")


def diagnostic(
    span: Span | None = None,
    severity: Severity = Severity.ERROR,
    loss: Outcome | None = None,
    message: str = "'b' is not a job",
) -> Diagnostic:
    """A diagnostic whose other fields do not matter."""
    return Diagnostic(
        code="unknown-need",
        severity=severity,
        message=message,
        span=span,
        loss=None if loss is None else Loss(Feature.MATRIX, loss),
    )


def test_a_block_has_place_message_line_caret_related_place_and_help() -> None:
    """The whole form, once."""
    one = Diagnostic(
        code="unknown-need",
        severity=Severity.WARNING,
        message="'b' is not a job",
        span=SOURCE.span(9, 13),
        help="did you mean 'a'?",
        labels=(Label(SOURCE.span(0, 2), "started here"),),
    )
    assert report.render_text([one]).splitlines() == [
        "ci.yml:2:1: warning[unknown-need] 'b' is not a job",
        "    2 | jobs:",
        "      | ^^^^",
        "  ci.yml:1:1: started here",
        "  help: did you mean 'a'?",
        "",
        "1 warning",
    ]


@pytest.mark.parametrize(
    ("marked", "line", "carets"),
    [
        ("push", "on: push", "    ^^^^"),
        ("b:", "    b: \N{CJK UNIFIED IDEOGRAPH-65E5}x end", "    ^^"),  # behind a tab
        ("x", "    b: \N{CJK UNIFIED IDEOGRAPH-65E5}x end", "         ^"),  # behind a wide sign
        ("push\njobs", "on: push", "    ^^^^"),  # more than a line: its first
        ("end\r\n", "    b: \N{CJK UNIFIED IDEOGRAPH-65E5}x end", "           ^^^"),
        ("", "on: push", "^"),  # nothing at all: still a caret
    ],
)
def test_the_caret_stands_below_what_is_meant(marked: str, line: str, carets: str) -> None:
    """Tabs, wide characters, several lines and empty spans."""
    start = SOURCE.text.index(marked)
    shown = report.render_text([diagnostic(SOURCE.span(start, start + len(marked)))])
    first, second = shown.splitlines()[1:3]
    assert first.partition(" | ")[2] == line
    assert second.partition(" | ")[2] == carets


def test_the_end_of_a_text_has_a_caret() -> None:
    """A place behind the last character is shown behind it."""
    end = len(SOURCE.text)
    assert "      |     ^" in report.render_text([diagnostic(SOURCE.span(end, end))]).splitlines()


@pytest.mark.parametrize("before", [0, 30, 500])
@pytest.mark.parametrize("after", [0, 30, 500])
@pytest.mark.parametrize("length", [1, 20, 500])
def test_a_long_line_is_cut_around_the_caret(before: int, length: int, after: int) -> None:
    """What is marked stays in sight, exactly above the carets."""
    source = Source("long.yml", "a" * before + "#" * length + "z" * after)
    shown = report.render_text([diagnostic(source.span(before, before + length))])
    line, carets = (row.partition(" | ")[2] for row in shown.splitlines()[1:3])
    assert len(line) <= report.MAX_WIDTH + 1
    start = len(carets) - len(carets.lstrip())
    assert set(line[start : len(carets)]) == {"#"}
    assert line.count("#") == carets.count("^")


@pytest.mark.parametrize("span", [None, NOWHERE])
def test_what_has_no_place_is_shown_without(span: Span | None) -> None:
    """No path, no line, no caret."""
    assert report.render_text([diagnostic(span)]).splitlines()[0] == (
        "error[unknown-need] 'b' is not a job"
    )


def test_a_source_without_text_has_no_line_to_show() -> None:
    """A place that names a folder is shown, but no line of it."""
    shown = report.render_text([diagnostic(Source("repo", "").span(0, 0))])
    assert shown.splitlines()[:2] == ["repo: error[unknown-need] 'b' is not a job", ""]


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x07", "\x9b", "\u202e", "\u2028", "\x00", "\r"])
def test_signs_that_would_steer_the_terminal_are_shown_as_others(sign: str) -> None:
    """Neither messages nor source lines may colour, move or reorder the terminal."""
    source = Source("ci.yml", f"a{sign}b")
    shown = report.render_text([diagnostic(source.span(0, 1), message=f"x{sign}y")])
    assert sign[0] not in shown


def test_a_loss_names_its_outcome() -> None:
    """The word that the summary counts and `--strict` looks at."""
    shown = report.render_text([diagnostic(loss=Outcome.DROPPED)])
    assert shown.splitlines()[0] == "error[unknown-need] 'b' is not a job (dropped)"


def test_the_summary_counts_faults_and_losses_apart() -> None:
    """Losses by outcome, the others by severity."""
    shown = [
        diagnostic(),
        *[diagnostic(severity=Severity.WARNING)] * 2,
        *[diagnostic(severity=Severity.NOTE, loss=Outcome.LOWERED)] * 3,
        diagnostic(severity=Severity.WARNING, loss=Outcome.MANUAL),
    ]
    assert report.summary(shown) == "1 error, 2 warnings, 3 lowered, 1 manual"
    assert report.summary([]) == "nothing lost"


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe, NO_COLOR and a dumb terminal get none."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert report.wants_colour(Terminal())
    assert not report.wants_colour(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not report.wants_colour(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not report.wants_colour(Terminal())


def test_colour_changes_nothing_but_colour() -> None:
    """Without its escape sequences the coloured report is the plain one."""
    one = diagnostic(SOURCE.span(0, 2))
    coloured = report.render_text([one], colour=True)
    assert "\N{ESCAPE}[1;31m" in coloured
    for code in ("\N{ESCAPE}[1;31m", "\N{ESCAPE}[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == report.render_text([one])


@given(st.text(max_size=300), st.data())
def test_every_place_of_every_text_can_be_shown(content: str, data: st.DataObject) -> None:
    """Two lines, with at least one caret, whatever the text is."""
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    span = Source("x", content).span(start, end)
    line, carets = report.render_text([diagnostic(span)]).split("\n")[1:3] if content else ("", "^")
    assert "^" in carets
    assert all(character.isprintable() for character in line)
