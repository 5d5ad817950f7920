"""Words of bash as the texts that steps are made of."""

from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests import read as words
from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import Expr, Literal, Raw, Template, join_texts
from ciconv.ir.job import Container
from ciconv.ir.step import EnvVar
from ciconv.source import Span

FORMAT = "nixactions"


def template(text: str, names: Names) -> Template:
    """Return what a text between double quotes means; one that is not understood is Raw."""
    try:
        return words.as_template(words.value(bash.parse_word(text), names))
    except bash.NotUnderstood:
        return Template(parts=(Raw(format=FORMAT, text=text),))


def text_of(word: bash.Word, names: Names) -> Template:
    """Return what a word means as a text; Raw where that is not understood."""
    try:
        return words.as_template(words.value(word, names))
    except bash.NotUnderstood:
        return Template(parts=(Raw(format=FORMAT, text=word.raw),))


def lines_of(found: list[bash.Word], names: Names) -> Template:
    """Return several words, each on a line of its own."""
    parts: list[Expr] = []
    for number, word in enumerate(found):
        parts += [Literal(value="\n")] if number else []
        parts += text_of(word, names).parts
    return Template(parts=join_texts(parts))


def as_expr(template: Template) -> Expr:
    """Return a text as an expression: that of its only part."""
    return template.parts[0] if len(template.parts) == 1 else template


def container(
    options: list[bash.Word], image: bash.Word, name: str, names: Names, span: Span | None
) -> Container:
    """Return the container that arguments of docker mean: `-e -p -v`, then any others."""
    groups: dict[str, list[Template]] = {"-e": [], "-p": [], "-v": []}
    rest = list(options)
    while len(rest) > 1 and rest[0].raw in groups and rest[1].raw.startswith('"'):
        groups[rest[0].raw].append(text_of(rest[1], names))
        rest = rest[2:]
    raw = " ".join(word.raw for word in rest)
    return Container(
        name=name,
        image=text_of(image, names),
        env=tuple(map(_variable, groups["-e"])),
        ports=tuple(groups["-p"]),
        volumes=tuple(groups["-v"]),
        options=template(raw, names) if raw else None,
        span=span,
    )


def _variable(value: Template) -> EnvVar:
    """`NAME=text` as a variable."""
    first, *rest = value.parts
    name, _, begin = str(first.value).partition("=") if isinstance(first, Literal) else ("", "", "")
    parts = [Literal(value=begin), *rest] if begin else rest
    return EnvVar(name=name, value=Template(parts=tuple(parts)))
