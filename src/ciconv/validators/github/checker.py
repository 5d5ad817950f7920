"""Working out the type of an expression, and what can be said against it."""

from collections.abc import Mapping

from msgspec.structs import replace

from ciconv.diagnostics import Fix
from ciconv.ir.expression import Binary, Call, Expr, Index, Literal, Op, Ref, Star, Unary
from ciconv.source import Span
from ciconv.validators.github.functions import SIGNATURES, check_call
from ciconv.validators.github.types import (
    ANY,
    BOOLEAN,
    NULL,
    NUMBER,
    STRING,
    Kind,
    Type,
    array,
    merged,
)
from ciconv.validators.shapes.shape import Availability
from ciconv.validators.shapes.walk import Fault

_SCALARS = (Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.NULL)
_GROWING = ("github", "job", "runner")
_ALWAYS_THERE = frozenset(
    "contains startswith endswith format join tojson fromjson case".split()  # noqa: SIM905
)


class Checker:
    """Types and faults of the expressions in one place."""

    def __init__(self, contexts: Mapping[str, Type], available: Availability, span: Span) -> None:
        self.faults: list[Fault] = []
        self._contexts = contexts
        self._available = available
        self._span = span  # where an expression without a place stands

    def type_of(self, expr: Expr) -> Type:
        """Return the type of an expression; faults are kept."""
        match expr:
            case Literal():
                return _literal(expr)
            case Ref():
                return self._reference(expr)
            case Index():
                return self._index(expr)
            case Unary():
                self.type_of(expr.operand)
                return BOOLEAN
            case Binary():
                return self._binary(expr)
            case Call():
                return self._call(expr)
        return ANY

    def fault(
        self, code: str, message: str, at: Expr, help: str = "", *, error: bool = True
    ) -> None:
        """Keep a fault."""
        self.faults.append(Fault(code, message, at.span or self._span, help, error=error))

    def _reference(self, ref: Ref) -> Type:
        name = ref.path[0].lower()
        if name not in self._contexts:
            return ANY  # which was said when it was read
        if name not in self._available.contexts:
            known = ", ".join(sorted(self._available.contexts))
            help = f"here are {known}" if known else "no context can be used here"
            self.fault("context-availability", f"{ref.path[0]!r} cannot be used here", ref, help)
        found = self._contexts[name]
        said = ref.path[0]
        for part in ref.path[1:]:
            found = self._property(found, part, said, ref)
            said = f"{said}.{part}"
        return found

    def _index(self, expr: Index) -> Type:
        base = self.type_of(expr.base)
        if isinstance(expr.key, Star):
            return self._filtered(base, expr)
        if isinstance(expr.key, Literal) and isinstance(expr.key.value, str):
            return self._property(base, expr.key.value, "", expr)
        key = self.type_of(expr.key)
        if base.kind is Kind.ARRAY:
            if key.kind not in (Kind.NUMBER, Kind.ANY):
                said = f"the number of an item has to be a number, not {key}"
                self.fault("expression-type", said, expr.key)
            return base.item or ANY
        if base.kind is Kind.OBJECT:
            if key.kind not in (Kind.STRING, Kind.ANY):
                said = f"the name of a property has to be a string, not {key}"
                self.fault("expression-type", said, expr.key)
            return merged((*base.fields.values(), *filter(None, (base.rest,))))
        if base.kind in _SCALARS:
            self.fault("expression-type", f"{base} has no items", expr)
        return ANY

    def _filtered(self, base: Type, expr: Index) -> Type:
        if base.kind is Kind.ARRAY:
            return array(base.item or ANY, filtered=True)
        if base.kind is Kind.OBJECT:
            kinds = (*base.fields.values(), *filter(None, (base.rest,)))
            return array(merged(kinds), filtered=True)
        if base.kind in _SCALARS:
            self.fault("expression-type", f"'.*' takes an object or a list, not {base}", expr)
        return array(ANY, filtered=True)

    def _property(self, base: Type, name: str, said: str, at: Expr) -> Type:
        if base.kind is Kind.OBJECT:
            found = base.fields.get(name.lower())
            if found is None and (base.rest is None or (base.soft and _is_misspelt(name, base))):
                self._unknown(base, name, said, at)
            return found or base.rest or ANY
        if base.kind is Kind.ARRAY and base.filtered:
            return array(self._property(base.item or ANY, name, said, at), filtered=True)
        if base.kind is Kind.ARRAY:
            self.fault("expression-type", f"a list has no property {name!r}", at)
        elif base.kind in _SCALARS:
            whose = f"{said!r} is {base}, which" if said else f"{base}"
            self.fault("expression-type", f"{whose} has no property {name!r}", at)
        return ANY

    def _unknown(self, base: Type, name: str, said: str, at: Expr) -> None:
        from difflib import get_close_matches  # loaded when something is wrong, not before

        close = get_close_matches(name.lower(), base.names, 1)
        help = f"did you mean {close[0]!r}?" if close else ""
        if not close and base.names:
            help = f"there are {', '.join(sorted(base.names))}"
        whose = f"{said!r} has" if said else "the object has"
        # rows of a matrix often have keys that others lack, and GitHub adds some of its own
        optional = said.startswith("matrix.") or (said in _GROWING and not close)
        optional = optional or (said in ("inputs", "needs") and not base.fields)
        said = f"{whose} no property {name!r}"
        fault = Fault("unknown-property", said, at.span or self._span, help, error=not optional)
        self.faults.append(replace(fault, fix=_renaming(fault.span, name, close)))

    def _binary(self, expr: Binary) -> Type:
        before = len(self.faults)
        left = self.type_of(expr.left)
        if expr.op is Op.OR and isinstance(expr.left, Ref | Index):
            self._soften(before)  # the other side stands in for what is not there
        right = self.type_of(expr.right)
        if expr.op is Op.AND:
            return merged((left, right)) if left.kind is right.kind else ANY
        if expr.op is Op.OR:
            return merged((left, right)) if left.kind is right.kind else ANY
        if not _comparable(left, right, expr.op):
            said = f"{left} cannot be compared with {right} by {expr.op.value!r}"
            self.fault("expression-type", said, expr)
        return BOOLEAN

    def _soften(self, since: int) -> None:
        """Make warnings of the unknown properties that were found since then."""
        self.faults[since:] = [
            replace(one, error=False) if one.code == "unknown-property" else one
            for one in self.faults[since:]
        ]

    def _call(self, call: Call) -> Type:
        arguments = tuple(map(self.type_of, call.arguments))
        signature = SIGNATURES.get(call.function.lower())
        if signature is None:
            return ANY  # which was said when it was read
        name = call.function.lower()
        allowed = {one.lower() for one in self._available.functions}
        if name not in _ALWAYS_THERE and name not in allowed:
            self.fault("context-availability", f"{call.function!r} cannot be called here", call)
        for fault in check_call(call, arguments, self._span):
            self.faults.append(fault)
        return signature.result(call, arguments)


def _literal(expr: Literal) -> Type:
    value = expr.value
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return NUMBER if isinstance(value, float) else STRING


def _renaming(span: Span, name: str, close: list[str]) -> Fix | None:
    """Put the name that was probably meant in the place of the last part of a path."""
    if not close or not span.text.endswith(name):
        return None
    at = span.source.span(span.end_offset - len(name), span.end_offset)
    return Fix(at, close[0], safe=False)


def _is_misspelt(name: str, base: Type) -> bool:
    """Whether a known name differs in the joints of its words alone."""
    plain = {one.replace("_", "").replace("-", "") for one in base.names}
    return name.lower().replace("_", "").replace("-", "") in plain


def _comparable(left: Type, right: Type, op: Op) -> bool:
    """Whether comparing can give anything but the same answer each time."""
    kinds = (left.kind, right.kind)
    if Kind.ANY in kinds:
        return True
    if op in (Op.EQ, Op.NE):
        if Kind.NULL in kinds:
            return True
        if left.kind is right.kind is Kind.ARRAY:
            return _comparable(left.item or ANY, right.item or ANY, op)
        if left.kind is right.kind is Kind.OBJECT:
            return True
        return Kind.OBJECT not in kinds and Kind.ARRAY not in kinds
    return all(kind in (Kind.NUMBER, Kind.STRING) for kind in kinds)
