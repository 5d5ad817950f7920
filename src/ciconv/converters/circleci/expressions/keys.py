"""Keys of caches: `v1-{{ arch }}-{{ checksum "go.sum" }}`.

https://circleci.com/docs/guides/optimize/caching/#using-keys-and-templates
"""

import re
from collections.abc import Callable

from ciconv.context import Context
from ciconv.converters.circleci.expressions.read import read_template
from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, constant, text, written
from ciconv.ir.node import replace
from ciconv.passes.ambient import ambient_of
from ciconv.source import Span
from ciconv.syntax.node import Scalar

Seen = Callable[[Template], Template]

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


def read_key(scalar: Scalar, context: Context, at: Seen) -> Template:
    """Return a key with what its templates stand for: files' hashes, the branch, the machine.

    `at` returns a path as it is seen from the folder with the repository.
    """
    template = read_template(scalar, context)
    parts: list[Expr] = []
    for part in template.parts:
        if isinstance(part, Literal) and "{{" in written(part.value):
            parts += _values(written(part.value), scalar, context, at)
        else:
            parts.append(part)
    return replace(template, parts=tuple(parts))


def _values(said: str, scalar: Scalar, context: Context, at: Seen) -> list[Expr]:
    parts: list[Expr] = []
    done = 0
    for match in _VALUE.finditer(said):
        found = _value(match[1].strip(), scalar.span, context, at)
        if found is None:
            context.diagnostics.warning(
                "unknown-key-template", f"{match[0]!r} is no template of a key", scalar.span
            )
            continue
        if match.start() > done:
            parts.append(Literal(value=said[done : match.start()], span=scalar.span))
        parts += found
        done = match.end()
    if done < len(said):
        parts.append(Literal(value=said[done:], span=scalar.span))
    return parts


def _value(inner: str, span: Span, context: Context, at: Seen) -> list[Expr] | None:
    if inner == ".CheckoutKey":  # the key of the project: the same in all runs
        return [Literal(value="checkout-key", span=span)]
    checksum = _CHECKSUM.fullmatch(inner)
    if checksum:
        file = constant(at(text(checksum[1]))) or checksum[1]
        name = Literal(value=file, span=span)
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
