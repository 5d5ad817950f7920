"""Expressions of the IR as Groovy: conditions in `expression { … }`, values in GStrings.

What GitHub compares without regard to case is compared with it: names of events, branches and the
like are always written in one way.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import TypeGuard

from ciconv.converters.jenkins.expressions.comparisons import (
    are_sizes_of_texts,
    as_texts,
    as_truth,
    asks_whether_set,
)
from ciconv.converters.jenkins.expressions.known import AT_THE_END, GROOVY
from ciconv.converters.jenkins.expressions.letters import (
    has_cases,
    ignoring_case,
    is_found_anyhow,
)
from ciconv.converters.script_steps.names import Names
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Binary,
    Call,
    Constant,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    Unary,
    constant,
    json_texts,
    written,
)
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t
from ciconv.syntax.node import Scalar

_RESULT = "currentBuild.currentResult == 'SUCCESS' ? 'success' : 'failure'"
_OPS = {
    Op.EQ: "==",
    Op.NE: "!=",
    Op.LT: "<",
    Op.LE: "<=",
    Op.GT: ">",
    Op.GE: ">=",
    Op.OR: "||",
    Op.AND: "&&",
}
_METHODS = {"contains": "contains", "startsWith": "startsWith", "endsWith": "endsWith"}
_NO_VALUE = (None, False, "", 0.0)
# https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
_ALWAYS = re.compile(
    r"BRANCH_NAME|BUILD_(ID|NUMBER|TAG|URL)|GIT_(COMMIT|URL)|JENKINS_URL|JOB_NAME|NODE_NAME"
    r"|STAGE_NAME|WORKSPACE(_TMP)?|HOME|PATH"
)


class Says:
    """Writes the expressions of one job; `near` gathers names that are not quite the same."""

    def __init__(self, names: Names, *, is_last: bool = False) -> None:
        self.names = names
        self.is_last = is_last  # the job runs at the very end, when it is known how all went
        self._known = GROOVY | AT_THE_END if is_last else GROOVY
        self.near: list[tuple[Ref, str]] = []
        self.inexact: list[tuple[Expr, str]] = []  # conditions that ask for a little else
        self.reads_steps: Callable[[str], t.Expr] | None = None  # where scripts have run already
        self.kept: frozenset[str] = frozenset()  # variables that scripts set, where they run
        self.of_step: frozenset[str] = frozenset()  # variables of the step that is written

    def take_near(self) -> list[tuple[Ref, str]]:
        """Return the names that were not quite the same since the last time."""
        found, self.near = self.near, []
        return found

    def truth(self, expr: Expr) -> t.Expr:
        """Return a condition; raise CannotSay."""
        match expr:
            case Binary(op=Op.AND | Op.OR):
                left, right = self.truth(expr.left), self.truth(expr.right)
                return t.Binary(op=_OPS[expr.op], left=left, right=right)
            case Unary(op=Op.NOT, operand=Unary(op=Op.NOT, operand=inner)):
                return self.truth(inner)
            case Unary(op=Op.NOT):
                return t.Unary(op="!", operand=self.truth(expr.operand))
            case Template(parts=(only,)):
                return self.truth(only)
            case Ref(path=("matrix", *_)) if (said := self._holds(expr)) is not None:
                return said
            case Binary(op=Op.NE) if asks_whether_set(expr):
                return self.value(expr.left)
            case Binary(op=Op.EQ, left=Ref(path=("event",)), right=Literal(value="pull_request")):
                return _REQUEST
        return self.value(expr)

    def _holds(self, ref: Ref) -> t.Expr | None:
        """The truth of a value of the matrix, which is a text here; None where it is a text's."""
        cells, path = self.names.cells, ref.path[1:]
        texts = None if cells is None else cells.texts(path)
        if cells is None or texts is None:
            return None
        pairs = list(zip(cells.values(path), texts, strict=True))
        known = [(one.value if isinstance(one, Scalar) else "", said) for one, said in pairs]
        not_ = {said for one, said in known if not isinstance(one, str) and not one} - {""}
        others = {said for one, said in known if one}
        if not not_:
            return None
        if others == {"true"}:
            return t.Binary(op="==", left=self.value(ref), right=groovy.literal("true"))
        listed = groovy.listed(tuple(map(groovy.literal, sorted({*not_, ""}))))
        among = t.Binary(op="in", left=self.value(ref), right=listed)
        return t.Unary(op="!", operand=t.Parentheses(value=among))

    def value(self, expr: Expr) -> t.Expr:
        """Return a value; raise CannotSay."""
        match expr:
            case Literal():
                return _literal(expr.value)
            case Ref():
                return self._ref(expr)
            case Template():
                return self._template(expr)
            case Unary(op=Op.NOT):
                return t.Unary(op="!", operand=self.truth(expr.operand))
            case Binary() if (truth := as_truth(expr)) is not expr:
                return self.value(truth)
            case Binary():
                return self._binary(expr)
            case Call():
                return self._call(expr)
        raise CannotSay(expr, "Groovy has no such expression here")

    def text(self, template: Expr) -> t.String:
        """Return a text, with what is no constant in `${…}`; raise CannotSay."""
        known = constant(template)
        if known is not None:
            return groovy.literal(known)
        found = self.value(template)
        if isinstance(found, t.String):
            return found
        return t.String(parts=self.interpolated(found), quote=t.Quote.DOUBLE)

    def interpolated(self, value: t.Expr) -> tuple[t.Text | t.Interpolation, ...]:
        """Return `${value}`, which needs no parentheses in it; a text is its own parts.

        What is not set would be the text `null`, so it is made empty.
        """
        if isinstance(value, t.String):
            return value.parts
        value = t.plain(value)
        if isinstance(value, t.Constant) and isinstance(value.value, bool):
            return (t.Text(value=written(value.value)),)
        if self._may_be_missing(value):
            value = t.Ternary(condition=value, yes=None, no=groovy.literal(""))
        return (t.Interpolation(value=value),)

    def _may_be_missing(self, value: t.Expr) -> bool:
        """Whether it is a variable that is not set in every build."""
        if not isinstance(value, t.Property) or not isinstance(value.base, t.Name):
            return False
        if value.base.name != "env" or not isinstance(value.name, str):
            return False
        return not self._is_defined(value.name)

    def _is_defined(self, name: str) -> bool:
        return name in self._defined or name in self.of_step or bool(_ALWAYS.fullmatch(name))

    @cached_property
    def _defined(self) -> frozenset[str]:
        """The variables that pipeline and job set, and the axes of a matrix."""
        pipeline, job = self.names.pipeline, self.names.job
        of_job = (*job.env, *(one for choice in job.choices for one in choice.env))
        axes = () if job.matrix is None else job.matrix.axes
        own = (self.names.variable(Ref(path=("matrix", one.name))) for one in axes)
        return frozenset((*(one.name for one in (*pipeline.env, *of_job)), *own))

    def _template(self, template: Template) -> t.Expr:
        known = constant(template)
        if known is not None:
            return groovy.literal(known)
        if len(template.parts) == 1:
            return self.value(template.parts[0])
        parts: list[t.Text | t.Interpolation] = []
        for part in template.parts:
            if isinstance(part, Literal):
                parts.append(t.Text(value=written(part.value)))
            else:
                parts += self.interpolated(self.value(part))
        many = any(isinstance(one, t.Text) and "\n" in one.value for one in parts)
        quote = t.Quote.TRIPLE_DOUBLE if many else t.Quote.DOUBLE
        return t.String(parts=tuple(parts), quote=quote)

    def _ref(self, ref: Ref) -> t.Expr:
        head = ref.path[0]
        if head == "inputs" and len(ref.path) == 2:
            return groovy.path("params", parameter(ref.path[1]))
        if ref.path[:3] == ("github", "event", "inputs") and len(ref.path) == 4:
            return groovy.path("params", parameter(ref.path[3]))
        if head == "secrets":
            raise CannotSay(ref, "a secret is never put into a text of Groovy")
        known = self._constant(ref)
        if known is not None:
            return groovy.literal(known)
        if (said := self._known.get(ref.path)) is not None:
            if ref.path == ("job", "status") and not self.is_last:
                self.near.append((ref, "it is the result of the whole build so far"))
            return code(said)
        if (set_ := self._of_scripts(ref)) is not None:
            return set_
        if head in ("env", "vars", "matrix", "needs") and len(ref.path) in (2, 4):
            self._ask(ref)
            return groovy.path("env", self._variable(ref))
        if self.is_last and head == "needs" and ref.path[2:] == ("result",):
            self.near.append((ref, "it is the result of the whole build so far"))
            return code(_RESULT)
        return self._near(ref)

    def _ask(self, ref: Ref) -> None:
        """Note what nothing in the pipeline sets."""
        head, name, *rest = ref.path
        if head == "env" and not self._is_defined(name):
            self.near.append((ref, f"{name!r} is what the agent has under this name, if it has"))
        if head == "vars":
            self.ask_for_setting(ref)
        if head == "needs" and rest[:1] == ["outputs"]:
            jobs = (one for one in self.names.pipeline.jobs if one.id.lower() == name.lower())
            outputs = {out.name.lower() for one in jobs for out in getattr(one, "outputs", ())}
            if rest[1].lower() not in outputs:
                self.near.append((ref, f"{rest[1]!r} is empty: the job {name!r} hands it not on"))

    def ask_for_setting(self, ref: Ref) -> None:
        """Note that somebody has to set a value up."""
        name = self._variable(ref)
        said = f"create the variable {name!r}, in the properties of Jenkins or of the folder"
        self.near.append((ref, said))

    def _of_scripts(self, ref: Ref) -> t.Expr | None:
        """What scripts have handed on, where they have run already; raise CannotSay."""
        is_set = ref.path[0] == "env" and ref.path[-1] in self.kept
        if self.reads_steps is not None and (is_set or ref.path[0] == "steps"):
            return self.reads_steps(self.names.variable(ref))
        if is_set:
            raise CannotSay(ref, "a script sets it, and only scripts are told")
        return None

    def _variable(self, ref: Ref) -> str:
        """The name of a variable; of a setting as it is written, as Jenkins tells letters apart."""
        name = self.names.variable(ref)
        return ref.path[1] if ref.path[0] == "vars" and name == ref.path[1].upper() else name

    def _constant(self, ref: Ref) -> str | None:
        """What is the same in every run."""
        pipeline, job = self.names.pipeline, self.names.job
        if ref.path == ("workflow", "name"):
            return constant(pipeline.name) if pipeline.name is not None else pipeline.id
        if ref.path == ("run", "job"):
            return job.id
        if ref.path == ("os",):
            return _SYSTEMS.get(system_of(job, self.names) or "")
        return None

    def _near(self, ref: Ref) -> t.Expr:
        name = self.names.catalog.native_name("jenkins", ref.path)
        if name is None:
            known = self.names.catalog.names().get(ref.path)
            near = None if known is None else known.near.get("jenkins")
            if near is None:
                raise CannotSay(ref, "Jenkins does not know it")
            self.near.append((ref, f"{near.name!r} stands for it: {near.differs}"))
            name = near.name
        return groovy.path("env", name)

    def _binary(self, expr: Binary) -> t.Expr:
        if expr.op in (Op.AND, Op.OR):
            return self._either(expr)
        expr = as_texts(expr)
        if are_sizes_of_texts(expr, self.names.input_types):
            raise CannotSay(expr, "Groovy takes no text for a number here")
        if expr.op not in _OPS:
            raise CannotSay(expr, "a pattern is no expression of Groovy here")
        if (said := set_up(expr)) is not None:
            self.inexact.append((expr, said))
            return groovy.value(expr.op is Op.NE)
        short = self._short(expr)
        if short is not None:
            return short
        expr = _with_texts(expr)
        left, right = self._number(expr.left, expr.right), self._number(expr.right, expr.left)
        if expr.semantics is Semantics.GITHUB and has_cases(expr):
            return ignoring_case(expr.op, left, right)
        return t.Binary(op=_OPS[expr.op], left=left, right=right)

    def _number(self, expr: Expr, other: Expr) -> t.Expr:
        """A value that is compared with another one: parameters are texts."""
        value = self.value(expr)
        is_number = isinstance(other, Literal) and isinstance(other.value, float)
        if not is_number or isinstance(expr, Literal):
            return value
        return t.Call(function=t.Property(base=value, name="toInteger"))

    def _short(self, expr: Binary) -> t.Expr | None:
        """A comparison of a ref, an event or a boolean with a text, by what Jenkins has."""
        if asks_whether_set(expr):
            missing = t.Unary(op="!", operand=self.value(expr.left))
            return missing if expr.op is Op.EQ else t.Unary(op="!", operand=missing)
        wanted = constant(expr.right) if isinstance(expr.right, Literal) else None
        if not isinstance(expr.left, Ref) or wanted is None or expr.op not in (Op.EQ, Op.NE):
            return None
        path, known = expr.left.path, None
        if path == ("event",) and wanted == "pull_request":
            if expr.op is Op.NE:
                return t.Unary(op="!", operand=_REQUEST)
            return t.Binary(op="!=", left=_REQUEST, right=t.Constant(value=None, text="null"))
        for begin, name in (("refs/heads/", "BRANCH_NAME"), ("refs/tags/", "TAG_NAME")):
            if path == ("ref", "full") and wanted.startswith(begin):
                same = groovy.literal(wanted.removeprefix(begin))
                return t.Binary(op=_OPS[expr.op], left=groovy.path("env", name), right=same)
        is_input = path[:3] == ("github", "event", "inputs") and wanted in ("true", "false")
        if is_input and self.names.input_types.get(path[3].lower()) == "boolean":
            known = self.value(expr.left)
        if known is None:
            return None
        holds = (expr.op is Op.EQ) is (wanted != "false")
        return known if holds else t.Unary(op="!", operand=known)

    def _either(self, expr: Binary) -> t.Expr:
        """`a && b || c` is the choice between two values, `a || b` the first that there is."""
        left = expr.left
        if expr.op is Op.OR and _is_choice(left):
            yes, no = self.value(left.right), self.value(expr.right)
            return t.Ternary(condition=self.truth(left.left), yes=yes, no=no)
        if expr.op is Op.OR:
            return t.Ternary(condition=self.value(left), yes=None, no=self.value(expr.right))
        other = groovy.value(False)
        return t.Ternary(condition=self.truth(left), yes=self.value(expr.right), no=other)

    def _call(self, expr: Call) -> t.Expr:
        if expr.function in _METHODS and len(expr.arguments) == 2:
            return self._method(expr)
        if expr.function == "format" and (known := constant(expr.arguments[0])) is not None:
            return self._template(_formatted(known, expr.arguments[1:]))
        if expr.function in ("toJSON", "fromJSON") and _is_input(*expr.arguments):
            return self.value(expr.arguments[0])
        if expr.function == "case" and len(expr.arguments) % 2:
            return self._first_of(expr.arguments)
        raise CannotSay(expr, f"{expr.function}() has no counterpart in a Jenkinsfile")

    def _first_of(self, arguments: tuple[Expr, ...]) -> t.Expr:
        """The value behind the first condition that holds; the last one where none does."""
        if len(arguments) == 1:
            return self.value(arguments[0])
        condition, value, *others = arguments
        otherwise = self._first_of(tuple(others))
        return t.Ternary(condition=self.truth(condition), yes=self.value(value), no=otherwise)

    def _method(self, expr: Call) -> t.Expr:
        subject, wanted = expr.arguments
        if expr.function == "contains" and isinstance(subject, Call):
            items = json_texts(subject)
            if items is not None:
                return t.Binary(op="in", left=self.value(wanted), right=groovy.listed(items))
        base = self._searched(subject)
        if is_found_anyhow(expr):
            base = t.Call(function=t.Property(base=base, name="toLowerCase", op="?."))
            wanted = Literal(value=(constant(wanted) or "").lower(), span=wanted.span)
        argument = self._searched(wanted)
        method = t.Property(base=base, name=_METHODS[expr.function], op="?.")
        return t.Call(function=method, arguments=(t.Argument(value=argument),))

    def _searched(self, expr: Expr) -> t.Expr:
        """What functions of texts take: all other values are made texts, as GitHub does it."""
        if isinstance(expr, Ref | Template):
            return self.value(expr)
        return self.text(Template(parts=(expr,), span=expr.span))


_REQUEST = groovy.path("env", "CHANGE_ID")  # of builds of change requests alone


def _with_texts(expr: Binary) -> Binary:
    """A comparison of a value of the matrix, which is a text here, with a boolean or a number."""
    match expr:
        case Binary(
            op=Op.EQ | Op.NE,
            left=Ref(path=("matrix", *_)),
            right=Literal(value=bool() | float() as value),
        ):
            return replace(expr, right=Literal(value=written(value), span=expr.right.span))
    return expr


def set_up(expr: Expr) -> str | None:
    """Return what a test whether a secret is there becomes; None for any other expression.

    It has to be there, or no build would find its credential.
    """
    match expr:
        case Binary(
            op=Op.EQ | Op.NE,
            left=Ref(path=("secrets", name)),
            right=Literal(value="" | None),
        ):
            return f"the credential {name!r} is there in every build"
    return None


def code(text: str) -> t.Expr:
    """Return a piece of Groovy as it is, in parentheses where a part of it could be taken."""
    if text.startswith("env.") and text[len("env.") :].isidentifier():
        return groovy.path(*text.split("."))
    name = t.Name(name=text)
    return t.Parentheses(value=name) if " " in text else name


def parameter(name: str) -> str:
    """Return the name of a parameter: one that is also the name of a variable."""
    return "".join(letter if letter.isalnum() or letter == "_" else "_" for letter in name)


def _is_choice(expr: Expr) -> TypeGuard[Binary]:
    """Whether it is `condition && value`, with a value that is one."""
    if not isinstance(expr, Binary) or expr.op is not Op.AND:
        return False
    return isinstance(expr.right, Literal) and expr.right.value not in _NO_VALUE


def _is_input(*arguments: Expr) -> bool:
    only = arguments[0] if len(arguments) == 1 else None
    return isinstance(only, Ref) and only.path[0] == "inputs"


_SYSTEMS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}


def system_of(job: Job, names: Names) -> str | None:
    """Return the system that a job's labels mean, None where nobody can tell."""
    for label in () if job.runner is None else job.runner.labels:
        info = names.catalog.runner(constant(label) or "")
        if info is not None:
            return info.os
    return None


def _literal(value: Constant) -> t.Expr:
    if value is None:
        return t.Constant(value=None)
    if isinstance(value, bool):
        return groovy.value(value)
    return groovy.literal(value) if isinstance(value, str) else t.Name(name=written(value))


def _formatted(text: str, arguments: tuple[Expr, ...]) -> Template:
    """`format('{0} x', a)` as a template; doubled braces are one."""
    parts: list[Expr] = []
    for number, piece in enumerate(text.replace("{{", "\0").replace("}}", "\1").split("{")):
        index, _, rest = piece.partition("}") if number else ("", "", piece)
        if index.isdigit() and int(index) < len(arguments):
            parts.append(arguments[int(index)])
        if rest:
            parts.append(Literal(value=rest.replace("\0", "{").replace("\1", "}")))
    return Template(parts=tuple(parts))
