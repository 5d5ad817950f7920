"""Keys of caches: `v1-{{ arch }}-{{ checksum "go.sum" }}`.

https://circleci.com/docs/guides/optimize/caching/#using-keys-and-templates
"""

import re

from ciconv.context import Context
from ciconv.converters.circleci.expressions.read import read_template
from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, written
from ciconv.ir.node import replace
from ciconv.passes.ambient import ambient_of
from ciconv.source import Span
from ciconv.syntax.node import Scalar

_VALUE = re.compile(r"\{\{([^{}]*)\}\}")
_CHECKSUM = re.compile(r"checksum\s+[\"'`](.*)[\"'`]")
_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    ".Branch": (("ref", "name"),),
    ".Revision": (("commit", "sha"),),
    ".BuildNum": (("run", "number"),),
    "arch": (("os",), ("arch",)),
    "epoch": (("run", "id"), ("run", "attempt")),
    ".Epoch": (("run", "id"), ("run", "attempt")),
}


def read_key(scalar: Scalar, context: Context) -> Template:
    """Return a key with what its templates stand for: files' hashes, the branch, the machine."""
    template = read_template(scalar, context)
    parts: list[Expr] = []
    for part in template.parts:
        if isinstance(part, Literal) and "{{" in written(part.value):
            parts += _values(written(part.value), scalar, context)
        else:
            parts.append(part)
    return replace(template, parts=tuple(parts))


def _values(text: str, scalar: Scalar, context: Context) -> list[Expr]:
    parts: list[Expr] = []
    done = 0
    for match in _VALUE.finditer(text):
        found = _value(match[1].strip(), scalar.span, context)
        if found is None:
            context.diagnostics.warning(
                "unknown-key-template", f"{match[0]!r} is no template of a key", scalar.span
            )
            continue
        if match.start() > done:
            parts.append(Literal(value=text[done : match.start()], span=scalar.span))
        parts += found
        done = match.end()
    if done < len(text):
        parts.append(Literal(value=text[done:], span=scalar.span))
    return parts


def _value(inner: str, span: Span, context: Context) -> list[Expr] | None:
    checksum = _CHECKSUM.fullmatch(inner)
    if checksum:
        name = Literal(value=checksum[1], span=span)
        return [Call(function="hashFiles", arguments=(name,), span=span)]
    if inner.startswith(".Environment."):
        return [_variable(inner.removeprefix(".Environment."), span, context)]
    paths = _NAMES.get(inner)
    if paths is None:
        return None
    parts: list[Expr] = []
    for path in paths:
        if parts:
            parts.append(Literal(value="-", span=span))
        parts.append(Ref(path=path, span=span))
    return parts


def _variable(name: str, span: Span, context: Context) -> Expr:
    """What a variable stands for: that of the system, or one of the job."""
    ambient = ambient_of("circleci")
    like = None if ambient is None else ambient.alike.get(name)
    known = None if ambient is None else ambient.values.get(name, like and like.value)
    if isinstance(known, Ref | Literal):
        return replace(known, span=span)
    return Ref(path=context.catalog.canonical_name("circleci", (name,)) or ("env", name), span=span)
