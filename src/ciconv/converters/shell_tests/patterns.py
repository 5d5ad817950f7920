"""Filters of names as tests: a comparison for one name, `grep` for a pattern; both directions."""

from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.bash import NotUnderstood
from ciconv.converters.shell_tests.dialects import Dialect, argument, escaped
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Binary, Literal, Matches, Op, Semantics
from ciconv.ir.filter import Filter, Pattern, PatternSyntax

_WILD = frozenset("*?")
_SYNTAXES = {
    Semantics.GITLAB: PatternSyntax.RE2,
    Semantics.CIRCLECI: PatternSyntax.JAVA,
    Semantics.GROOVY: PatternSyntax.JAVA,
}
_FLAGS = {"-qE": "", "-qiE": "(?i)"}


def as_matches(expr: Binary) -> Matches | None:
    """Return a comparison with a regular expression as one with a filter, None if it is none."""
    pattern = expr.right.value if isinstance(expr.right, Literal) else None
    syntax = _SYNTAXES.get(expr.semantics)
    if expr.op is not Op.MATCH or not isinstance(pattern, str) or syntax is None:
        return None
    if expr.semantics is Semantics.GROOVY:
        pattern = f"[\\s\\S]*(?:{pattern})[\\s\\S]*"
    patterns = (Pattern(text=pattern, syntax=syntax, span=expr.right.span),)
    return Matches(value=expr.left, filter=Filter(patterns=patterns), span=expr.span)


def matched(expr: Matches, text: str, dialect: Dialect) -> str:
    """Return a command: whether a text, as it stands in quotes, passes; raise CannotSay."""
    patterns, ignored = expr.filter.patterns, expr.filter.ignore
    if any(one.negated for one in patterns) or not patterns:
        raise CannotSay(expr, "patterns that take back others cannot be asked for one by one")
    if len(patterns) > 1 and not dialect.has_or:
        raise CannotSay(expr, "several patterns cannot be asked for at once")
    tests = [_matched(one, expr, text, dialect) for one in patterns]
    if ignored:
        there = f'[ -n "{text}" ]'
        return " && ".join((there, *(f"! {{ {one}; }}" for one in tests)))
    return tests[0] if len(tests) == 1 else "{ " + " || ".join(tests) + "; }"


def _matched(pattern: Pattern, expr: Matches, text: str, dialect: Dialect) -> str:
    from ciconv.ir.pattern.posix import posix_regex

    if pattern.syntax is PatternSyntax.EXACT:
        return f'[ "{text}" = {argument(escaped(pattern.text))} ]'
    if pattern.syntax is PatternSyntax.ANT_GLOB and not _WILD & set(pattern.text):
        return dialect.equal(text, escaped(pattern.text))
    regex = posix_regex(pattern)
    if regex is None or "'" in regex.text or not dialect.has_or:
        raise CannotSay(expr, f"no command of a shell says {pattern.text!r}")
    flags = "-qiE" if regex.any_case else "-qE"
    return f"printf %s \"{text}\" | grep {flags} '{regex.text}'"


def read_filter(pipe: bash.Pipe) -> tuple[bash.Word, Filter]:
    """Return the text and the filter of `printf %s "text" | grep -qE 'regex'`.

    NotUnderstood for any other pipe.
    """
    left, right = pipe.left, pipe.right
    if not isinstance(left, bash.Simple) or not isinstance(right, bash.Simple):
        raise NotUnderstood("a pipe")
    said = [one.plain for one in (*left.words[:2], *right.words)]
    if len(left.words) != 3 or len(said) != 5 or said[:3] != ["printf", "%s", "grep"]:
        raise NotUnderstood("a pipe")
    flags, regex = said[3] or "", said[4]
    if flags not in _FLAGS or regex is None:
        raise NotUnderstood("the flags of grep")
    pattern = Pattern(text=_FLAGS[flags] + regex, syntax=PatternSyntax.RE2)
    return left.words[2], Filter(patterns=(pattern,))
