"""Scripts and values with shell variables in the place of expressions."""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ciconv.converters.script_steps.meaning import in_words_of
from ciconv.converters.script_steps.names import Names
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.converters.shell_tests.write import test, word
from ciconv.ir.expression import Binary, Call, Expr, Literal, Op, Ref, Template, constant
from ciconv.ir.step import EnvVar, Run
from ciconv.syntax.shell import Quoting, substitute

_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_DIALECTS = {"dash": "sh", "ash": "sh", "zsh": "bash", "python3": "python"}
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_.,:/@%+=^-]*")
_EMPTY = Literal(value="")
_ONE_WORD = frozenset({"commit", "run", "runner", "actor", "repo", "pr", "ref", "token"})
_ONE_WORD_LAST = frozenset({"number", "sha", "outcome", "conclusion", "result", "id"})
_MANY_WORDS = frozenset({("pr", "title"), ("pr", "body"), ("pr", "labels"), ("commit", "message")})


class Text(Struct, frozen=True, kw_only=True):
    """A script without expressions: its text, variables to set before it, and what differs."""

    text: str
    exports: tuple[tuple[str, str], ...] = ()  # names, and words between double quotes
    pasted: tuple[Expr, ...] = ()  # what the source's system pastes in as code


class _Binder(Struct, frozen=True):
    """Finds or makes the variables for expressions."""

    names: Names
    made: dict[Expr, str] = field(default_factory=dict)
    exports: list[tuple[str, str]] = field(default_factory=list)

    def bind(self, expr: Expr) -> str:
        """Return the variable that has the value of an expression."""
        if expr not in self.made:
            value = word(expr, self.names)
            direct = _VARIABLE.fullmatch(value)
            self.made[expr] = direct[1] if direct else f"VALUE_{len(self.exports) + 1}"
            if not direct:
                self.exports.append((self.made[expr], value))
        return self.made[expr]


def script_text(step: Run, shell: str, names: Names) -> Text:
    """Return a script with variables in it; raise CannotSay. `shell`: the command that runs it."""
    parts = [_part(one, names) for one in step.script.parts]
    if all(isinstance(part, str) for part in parts):
        return Text(text="".join(map(str, parts)))
    binder = _Binder(names)
    interpreter = shell.split(" ")[0].rpartition("/")[2]
    dialect = _DIALECTS.get(interpreter, interpreter)
    result = substitute(
        parts, binder.bind, dialect, lambda part: part.span.text if part.span else ""
    )
    for number, reason in result.problems:
        part = parts[number]
        if not isinstance(part, str):
            raise CannotSay(part, reason)
    holes = (part for part in parts if not isinstance(part, str))
    pairs = zip(holes, result.quotings, strict=True)
    pasted = (one for one, how in pairs if _differs(one, how, names))
    return Text(text=result.text, exports=tuple(binder.exports), pasted=tuple(pasted))


def _part(part: Expr, names: Names) -> str | Expr:
    if isinstance(part, Literal):
        return constant(part) or ""
    expr = in_words_of(part, names)
    return constant(expr) or "" if isinstance(expr, Literal) else expr


def _differs(expr: Expr, how: Quoting, names: Names) -> bool:
    """Whether a shell may make something else of a value than of a variable that has it."""
    if how is Quoting.BARE:
        return not _is_one_word(expr, names)
    if not isinstance(expr, Ref) or expr.path[0] != "matrix" or names.cells is None:
        return False
    texts = names.cells.texts(expr.path[1:]) or ()
    return any(sign in text for text in texts for sign in _CLOSING.get(how, ""))


_CLOSING = {Quoting.SINGLE: "'", Quoting.DOUBLE: '"$`\\'}  # what has a meaning between quotes


def _is_one_word(expr: Expr, names: Names) -> bool:
    """Whether a value has no quotes, blanks or other signs a shell would read, by its kind."""
    if isinstance(expr, Call):
        return expr.function == "hashFiles"
    if isinstance(expr, Binary) and expr.op is Op.OR:  # `condition && 'word' || ''`
        words = (expr.right, expr.left.right if isinstance(expr.left, Binary) else expr.left)
        return all(_PLAIN_VALUE.fullmatch(constant(one) or " ") for one in words if one != _EMPTY)
    if not isinstance(expr, Ref) or expr.path in _MANY_WORDS:
        return False
    if expr.path[0] == "matrix":
        texts = names.cells.texts(expr.path[1:]) if names.cells else None
        return texts is not None and all(map(_PLAIN_VALUE.fullmatch, texts))
    return expr.path[0] in _ONE_WORD or expr.path[-1] in _ONE_WORD_LAST


def value_word(template: Template, names: Names) -> str:
    """Return a value as it stands between double quotes; raise CannotSay."""
    return word(in_words_of(template, names), names)


def condition_test(condition: Expr, names: Names) -> str:
    """Return the command that answers a condition; raise CannotSay."""
    return test(in_words_of(condition, names), names)


def exports(env: tuple[EnvVar, ...], names: Names) -> Iterator[tuple[str, str]]:
    """Yield names and words of variables, but for those that are there already."""
    for one in env:
        value = value_word(one.value, names)
        if value != f"${one.name}":
            yield one.name, value


def export_lines(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the lines that set variables: all at once where one is made of another."""
    bound = [f'{name}="{value}"' for name, value in pairs]
    if any(_is_read(name, pairs) for name, _ in pairs):
        return [f"export {' '.join(bound)}"]
    return [f"export {one}" for one in bound]


def _is_read(name: str, pairs: tuple[tuple[str, str], ...]) -> bool:
    return any(
        other != name and re.search(rf"\$\{{?{name}\b", value) is not None for other, value in pairs
    )
