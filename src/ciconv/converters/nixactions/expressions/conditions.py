"""Conditions of jobs and steps as values of a NixActions workflow."""

from collections.abc import Iterator

from ciconv.converters.nixactions.expressions.globs import git_glob
from ciconv.converters.nixactions.expressions.scope import Scope
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.converters.shell_tests.write import is_needs_results, needs_results, test
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Expr,
    Literal,
    Op,
    Ref,
    Unary,
    conjuncts,
    constant,
    disjuncts,
    has_status_function,
)
from ciconv.syntax import nix

_TRUE = "true"
_FALSE = "false"


def job_condition(
    condition: Expr | None, ancestors: tuple[str, ...], scope: Scope
) -> nix.Expr | None:
    """Return the value of a job's `"if"`, None where it is not needed; raise CannotSay.

    A condition without a status function asks for the success of all ancestors first.
    """
    parts: list[nix.Expr] = []
    if condition is None or not has_status_function(condition):
        parts.extend(_succeeded(ancestors, scope))
    if condition is not None:
        job = _Job(ancestors, scope)
        parts.extend(job.part(one) for one in conjuncts(condition) if not _is(one, "always"))
        outputs = tuple(dict.fromkeys(job.outputs))
        if outputs:
            return _apply("withOutputs", _strings(outputs), _and(parts))
    if not parts:
        return nix.string("always()") if condition is not None and ancestors else None
    return _and(parts)


def _is(expr: Expr, function: str) -> bool:
    """Whether an expression is a status function, or `!cancelled()` for always."""
    if isinstance(expr, Call):
        return expr.function == function
    operand = expr.operand if isinstance(expr, Unary) and expr.op is Op.NOT else None
    is_not_cancelled = isinstance(operand, Call) and operand.function == "cancelled"
    return function == "always" and is_not_cancelled


def _and(parts: list[nix.Expr]) -> nix.Expr:
    if len(parts) == 1:
        return parts[0]
    return _apply("and", nix.List(tuple(parts)))


def _succeeded(ancestors: tuple[str, ...], scope: Scope) -> Iterator[nix.Expr]:
    jobs = tuple(one for one in ancestors if one not in scope.calls)
    if jobs:
        yield _apply("succeeded", job_list(jobs, scope))
    for call in (one for one in ancestors if one in scope.calls):
        yield _apply("callSucceeded", nix.names("cells", call))


def job_list(jobs: tuple[str, ...], scope: Scope) -> nix.Expr:
    """Return the list of NixActions jobs that jobs are: `[ "lint" ] ++ cells.test`."""
    single = tuple(one for one in jobs if one not in scope.cell_names)
    parts: list[nix.Expr] = [_strings(single)] if single else []
    parts.extend(nix.names("cells", one) for one in jobs if one in scope.cell_names)
    joined = parts[0] if parts else nix.List(())
    for part in parts[1:]:
        joined = nix.Operation("++", joined, part)
    return joined


def _strings(texts: tuple[str, ...]) -> nix.List:
    return nix.List(tuple(nix.string(one) for one in texts))


def _apply(function: str, *arguments: nix.Expr) -> nix.Apply:
    return nix.Apply(nix.Name(function), arguments)


class _Job:
    """Translates the parts of a job's condition; `outputs`: the jobs whose outputs it reads."""

    def __init__(self, ancestors: tuple[str, ...], scope: Scope) -> None:
        self._ancestors, self._scope = ancestors, scope
        self.outputs: list[str] = []

    def part(self, expr: Expr) -> nix.Expr:
        match expr:
            case Call(function="success" | "failure" | "always" | "cancelled"):
                return self._status(expr)
            case Unary(op=Op.NOT):
                if _is(expr, "always"):
                    return nix.string(_TRUE)
                return _apply("not", self.part(expr.operand))
            case Binary(op=Op.AND):
                return _apply("and", nix.List(tuple(map(self.part, conjuncts(expr)))))
            case Binary(op=Op.OR):
                return _apply("any", nix.List(tuple(map(self.part, disjuncts(expr)))))
            case Binary(op=Op.EQ):
                return self._equal(expr)
            case Binary(op=Op.NE):
                equal = self._equal(expr)
                if isinstance(equal, nix.Apply) and equal.function == nix.Name("not"):
                    return equal.arguments[0]
                return _apply("not", equal)
            case Call(function="contains" | "startsWith" | "endsWith"):
                return self._search(expr)
        return self._plain(expr)

    def _status(self, expr: Call) -> nix.Expr:
        if expr.function in ("always", "cancelled"):
            return nix.string(_TRUE if expr.function == "always" else _FALSE)
        if not self._ancestors:
            return nix.string(_TRUE if expr.function == "success" else _FALSE)
        if expr.function == "success":
            return _and(list(_succeeded(self._ancestors, self._scope)))
        return _apply("anyFailed", job_list(self._ancestors, self._scope))

    def _equal(self, expr: Binary) -> nix.Expr:
        ref, value = _ref_and_text(expr.left, expr.right)
        if ref is None or value is None:
            return self._plain(expr if expr.op is Op.EQ else _negated(expr))
        if ref.path[0] == "needs" and ref.path[-1] == "result" and len(ref.path) == 3:
            return self._result(ref, value)
        if not value:
            return _apply("not", _apply("truthy", nix.string(self._name(ref))))
        from ciconv.converters.shell_tests.kinds import kind

        if kind(ref, self._scope) == "boolean":
            return nix.string(_FALSE)
        return _apply("var", nix.string(self._name(ref)), nix.string(value))

    def _result(self, ref: Ref, value: str) -> nix.Expr:
        scope = self._scope
        job = scope.needed(ref.path[1])
        if job is None:
            raise CannotSay(ref, f"{job!r} is not a job this one needs")
        if job not in scope.cell_names:
            return _apply("is", nix.string(value.lower()), nix.string(job))
        succeeded = "callSucceeded" if job in scope.calls else "succeeded"
        whole = {"success": succeeded, "failure": "anyFailed"}.get(value.lower())
        if whole is not None:
            return _apply(whole, nix.names("cells", job))
        return _apply(
            "and", _apply("map", _apply("is", nix.string(value.lower())), nix.names("cells", job))
        )

    def _search(self, expr: Call) -> nix.Expr:
        if len(expr.arguments) == 2:
            where, what = expr.arguments
            part = constant(what)
            if part and is_needs_results(where) and expr.function == "contains":
                found = (self._result(one, part) for one in needs_results(self._scope))
                return _apply("any", nix.List(tuple(found)))
            if isinstance(where, Ref) and part:
                name = nix.string(self._name(where))
                return _apply(expr.function, name, nix.string(part))
        return self._plain(expr)

    def _changed(self, expr: Changes) -> nix.Expr:
        globs = tuple(git_glob(one, expr) for one in expr.filter.patterns)
        if expr.filter.ignore or not globs:
            raise CannotSay(expr, "Git has no such patterns")
        self._scope.variable(Ref(path=("commit", "before"), span=expr.span))  # the shim tells it
        return _apply("changed", _strings(tuple(glob for each in globs for glob in each)))

    def _name(self, ref: Ref) -> str:
        if ref.path[0] == "needs" and ref.path[2:3] == ("outputs",):
            self.outputs.append(self._scope.needed(ref.path[1]) or ref.path[1])
        if ref.path[0] == "matrix":
            raise CannotSay(ref, "the condition of a job cannot see its matrix")
        return self._scope.variable(ref)

    def _plain(self, expr: Expr) -> nix.Expr:
        if isinstance(expr, Changes):
            return self._changed(expr)
        if isinstance(expr, Ref) and expr.path[0] != "matrix":
            self._note_outputs(expr)
        else:
            for one in _refs(expr):
                self._note_outputs(one)
        command = test(expr, self._scope, plain=True)
        if command in (_TRUE, _FALSE):
            return nix.string(command)
        return _apply("sh", self._scope.string(command))

    def _note_outputs(self, ref: Ref) -> None:
        if ref.path[0] == "needs" and ref.path[2:3] == ("outputs",):
            self.outputs.append(self._scope.needed(ref.path[1]) or ref.path[1])
        elif ref.path[0] == "needs":
            raise CannotSay(ref, "the result of a job is only compared with a constant")


def _negated(expr: Binary) -> Binary:
    from ciconv.ir.node import replace

    return replace(expr, op=Op.EQ)


def _refs(expr: Expr) -> Iterator[Ref]:
    from ciconv.ir.expression import walk

    return (one for one in walk(expr) if isinstance(one, Ref))


def _ref_and_text(left: Expr, right: Expr) -> tuple[Ref | None, str | None]:
    """The name and the constant text of a comparison, whichever side they stand on."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Ref) and isinstance(other, Literal) and isinstance(other.value, str):
            return one, other.value
    return None, None


def step_condition(condition: Expr | None, scope: Scope) -> nix.Expr | None:
    """Return the value of a step's `condition`, None for none; raise CannotSay."""
    if condition is None or _is(condition, "success"):
        return None
    if _is(condition, "always"):
        return nix.string("always()")
    if _is(condition, "failure"):
        return nix.string("failure()")
    if not has_status_function(condition):
        return _apply("onSuccess", scope.string(test(condition, scope)))
    parts = list(conjuncts(condition))
    for function, name in (("success", "onSuccess"), ("failure", "onFailure"), ("always", "onAny")):
        rest = [one for one in parts if not _is(one, function)]
        if len(rest) < len(parts) and not any(map(has_status_function, rest)):
            command = " && ".join(_grouped(one, scope) for one in rest)
            return _apply(name, scope.string(command))
    return _apply("onAny", scope.string(test(condition, scope)))


def _grouped(expr: Expr, scope: Scope) -> str:
    command = test(expr, scope)
    return f"{{ {command}; }}" if isinstance(expr, Binary) and expr.op is Op.OR else command
