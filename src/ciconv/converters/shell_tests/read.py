"""Words of bash as expressions, its commands as conditions: the way back of `write.py`.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from collections.abc import Mapping

from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.bash import NotUnderstood
from ciconv.converters.shell_tests.dialects import BASH, ZERO
from ciconv.converters.shell_tests.kinds import BOOLEANS, LOWER_CASE, LOWER_CASE_LAST, UNAMES
from ciconv.converters.shell_tests.patterns import read_filter
from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Template,
    Unary,
    as_boolean,
    both,
    either,
    join_texts,
    operation,
    opposite,
)
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.passes.github_names import with_run_url

_FUNCTIONS = {
    "ciconv_contains": "contains",
    "ciconv_starts": "startsWith",
    "ciconv_ends": "endsWith",
}
_ORDERS = {
    "ciconv_less": Op.LT,
    "ciconv_most": Op.LE,
    "ciconv_before": Op.LT,
    "ciconv_upto": Op.LE,
}
_BOOLEAN = frozenset({"contains", "startsWith", "endsWith", "success", "failure", "always"})


def as_template(expr: Expr) -> Template:
    """Return an expression as a text, with one name for the address of the run."""
    if isinstance(expr, Template):
        parts = with_run_url(expr.parts)
        return expr if parts == expr.parts else replace(expr, parts=parts)
    if isinstance(expr, Literal):
        return Template(parts=(expr,) if expr.value != "" else ())
    return Template(parts=(expr,))


def value(word: bash.Word, names: Names) -> Expr:
    """Return the value of a word; raise NotUnderstood."""
    found = join_texts(_part(part, names) for part in word.parts)
    parts = tuple(one for one in found if one != Literal(value=""))
    if len(parts) == 1:
        return parts[0]
    return Template(parts=parts) if parts else Literal(value="")


def _part(part: bash.Part, names: Names) -> Expr:
    match part:
        case bash.Text():
            return Literal(value=part.text)
        case bash.Variable():
            return _variable(part, names)
        case bash.Output():
            return _output(part, names)
    raise NotUnderstood("arithmetic")


def _variable(variable: bash.Variable, names: Names) -> Expr:
    if variable.name == "JOB_STATUS" and variable.index:
        return Ref(path=("needs", variable.index, "result"))
    if variable.index or variable.folded:
        raise NotUnderstood("an index")
    if variable.name == "CICONV_JOB_STATUS":
        return Ref(path=("job", "status"))
    found = names.meaning(variable.name)
    if variable.default is None or not variable.default.parts:
        return found
    otherwise = value(variable.default, names)
    if isinstance(found, Ref) and found.path[-1] in ("outcome", "conclusion"):
        return found
    return either(found, otherwise)


def _output(output: bash.Output, names: Names) -> Expr:
    commands = output.body.commands
    command = commands[0] if len(commands) == 1 else None
    if isinstance(command, bash.If):
        return _choice(command, names)
    if isinstance(command, bash.Simple):
        arguments = tuple(value(word, names) for word in command.words[1:])
        if command.name == "ciconv_hash_files":
            return Call(function="hashFiles", arguments=arguments)
        if command.name == "ciconv_format":
            return Call(function="format", arguments=arguments)
        if command.name == "ciconv_or" and arguments:
            found = arguments[0]
            for one in arguments[1:]:
                found = either(found, one)
            return found
    raise NotUnderstood("a command")


def _choice(command: bash.If, names: Names) -> Expr:
    """`$(if test; then printf %s "a"; else printf %s "b"; fi)` in GitHub's words."""
    condition = truth_of_all(command.condition, names)
    if command.no and (_echoed(command.yes), _echoed(command.no)) in _ANSWERS:
        return _as_boolean(condition)
    yes = _printed(command.yes, names)
    no = Literal(value="") if command.no is None else _printed(command.no, names)
    if yes == condition or isinstance(condition, Binary) and _is_last(yes, condition):
        return either(condition, no)
    chosen = both(condition, yes)
    if no == condition or no == Literal(value="false") and command.no is not None:
        return chosen
    if isinstance(yes, Literal) and yes.value:
        return either(chosen, no)
    return Call(function="case", arguments=(as_boolean(condition), yes, no))


def _is_last(value: Expr, condition: Binary) -> bool:
    """Whether `a && b` has this value where it holds."""
    return condition.op is Op.AND and condition.right == value


def _as_boolean(condition: Expr) -> Expr:
    """Whether something holds, as a value: that of a name would be its text."""
    return (
        operation(Op.NE, condition, Literal(value="")) if isinstance(condition, Ref) else condition
    )


_ANSWERS = (("true", "false"), ("1", "0"))


def _echoed(body: bash.Sequence) -> str | None:
    command = body.commands[0] if len(body.commands) == 1 else None
    if isinstance(command, bash.Simple) and command.name == "echo" and len(command.words) == 2:
        return command.words[1].plain
    return None


def _printed(body: bash.Sequence, names: Names) -> Expr:
    command = body.commands[0] if len(body.commands) == 1 else None
    if isinstance(command, bash.If):
        return _choice(command, names)
    if (
        isinstance(command, bash.Simple)
        and [word.plain for word in command.words[:2]] == ["printf", "%s"]
        and len(command.words) == 3
    ):
        return value(command.words[2], names)
    raise NotUnderstood("no printf")


def truth(command: bash.Command, names: Names) -> Expr:
    """Return what a command answers by its status; raise NotUnderstood."""
    match command:
        case bash.Not():
            return negated(truth(command.command, names))
        case bash.Chain():
            op = Op.AND if command.operator == "&&" else Op.OR
            return operation(op, truth(command.left, names), truth(command.right, names))
        case bash.Sequence():
            return truth_of_all(command, names)
        case bash.Simple():
            return _simple(command, names)
        case bash.Pipe():
            text, filter = read_filter(command)
            return Matches(value=value(text, names), filter=filter)
        case bash.Case():
            return _search(command.word, command.pattern, names)
    raise NotUnderstood("no test")


def truth_of_all(body: bash.Sequence, names: Names) -> Expr:
    """Return what the last of several commands answers; those before it only set variables."""
    if not body.commands:
        raise NotUnderstood("no command")
    for command in body.commands[:-1]:
        names = names.knowing(_set_by(command, names))
    last = body.commands[-1]
    return _whether_set(last, names) or truth(last, names)


def negated(expr: Expr) -> Expr:
    """Return the opposite of a condition."""
    if isinstance(expr, Binary) and expr.op is Op.EQ:
        return Binary(op=Op.NE, left=expr.left, right=expr.right, semantics=expr.semantics)
    if isinstance(expr, Literal):
        return Literal(value=not expr.value)
    return opposite(expr)


def _set_by(command: bash.Command, names: Names) -> Mapping[str, Expr]:
    """The variables of a command that does nothing else; loading what the library knows."""
    if isinstance(command, bash.If):
        return {}
    if isinstance(command, bash.Simple):
        if not command.words:
            return {name: value(word, names) for name, word in command.assignments}
        if command.name in ("set", "."):
            return {}
    raise NotUnderstood("a command before a test")


_ZERO = "^[-+]?0*[.]?0*$"
_PRESENT = "[ -n X ] && [ X != false ] && [ X != 0 ]"


def _whether_set(command: bash.Command, names: Names) -> Expr | None:
    """The value of `[ -n "$x" ] && [ "$x" != false ] && [ "$x" != 0 ]`: a truth of JSON."""
    found: list[bash.Simple] = []
    while isinstance(command, bash.Chain) and isinstance(command.right, bash.Simple):
        found.insert(0, command.right)
        command = command.left
    if not isinstance(command, bash.Simple) or len(found) != 2:
        return None
    found.insert(0, command)
    texts = [" ".join(_shape(word) for word in one.words) for one in found]
    if " && ".join(texts) != _PRESENT or "x" not in names.local:
        return None
    value = names.meaning("x")
    is_text = isinstance(value, Ref) and value.path[0] in _TEXTS  # true wherever it is not empty
    return Call(function="fromJSON", arguments=(value,)) if is_text else value


_TEXTS = ("needs", "steps")


def _shape(word: bash.Word) -> str:
    return "X" if word.parts == (bash.Variable("x"),) else word.plain or "?"


def _simple(command: bash.Simple, names: Names) -> Expr:
    if command.assignments and command.name != "awk":
        raise NotUnderstood("an assignment")
    words, name = command.words, command.name
    if name in ("true", "false", "always()") and len(words) == 1:
        return Literal(value=name != "false")
    if name in ("[", "[[") and words[-1].plain == {"[": "]", "[[": "]]"}[name]:
        return _bracket(words[1:-1], names) if name == "[" else _matched(words[1:-1], names)
    if name == "ciconv_eq" and len(words) == 3:
        return equal(value(words[1], names), value(words[2], names))
    if name == "ciconv_zero" and len(words) == 2:
        return equal(value(words[1], names), Literal(value=0.0))
    if name in _ORDERS and len(words) == 3:
        left, right = (value(word, names) for word in words[1:])
        if name in ("ciconv_less", "ciconv_most"):
            left, right = _number(left), _number(right)
        return operation(_ORDERS[name], left, right)
    if name in _OF_WORDS:
        return _OF_WORDS[name](words[1:], names)
    if name in _FUNCTIONS and len(words) == 3:
        arguments = tuple(value(word, names) for word in words[1:])
        return Call(function=_FUNCTIONS[name], arguments=arguments)
    raise NotUnderstood(f"the command {name!r}")


def _changed(words: tuple[bash.Word, ...], names: Names) -> Changes:
    """Whether files were changed that Git finds by globs."""
    texts = [word.plain for word in words]
    globs = tuple(
        Pattern(text=text, syntax=PatternSyntax.GITLAB_GLOB) for text in texts if text is not None
    )
    if not globs or len(globs) != len(texts):
        raise NotUnderstood("globs that are worked out")
    return Changes(filter=Filter(patterns=globs))


_SYSTEMS = {said: name for name, said in UNAMES.items()}
# programs of awk, and what they compare by
_COMPARED = {
    compare("", "", or_equal=or_equal).split("'")[1]: Op.LE if or_equal else Op.LT
    for compare in (BASH.less, BASH.before)
    for or_equal in (False, True)
}


def _awk(words: tuple[bash.Word, ...], names: Names) -> Expr:
    """A comparison of numbers."""
    program = words[0].plain if words else None
    if program == ZERO and len(words) == 2:
        return equal(value(words[1], names), Literal(value=0.0))
    op = _COMPARED.get(program or "")
    if op is not None and len(words) == 3:
        left, right = (_number(value(word, names)) for word in words[1:])
        return operation(op, left, right)
    raise NotUnderstood("a program")


_OF_WORDS = {"awk": _awk, "ciconv_changed": _changed}


def _number(expr: Expr) -> Expr:
    if isinstance(expr, Literal) and isinstance(expr.value, str):
        try:
            return Literal(value=float(expr.value))
        except ValueError:
            return expr
    return expr


def equal(left: Expr, right: Expr) -> Expr:
    """Return GitHub's comparison of two values."""
    return operation(Op.EQ, left, right)


def _bracket(words: tuple[bash.Word, ...], names: Names) -> Expr:
    if len(words) == 2 and words[0].plain == "-n":
        return value(words[1], names)
    if len(words) == 2 and words[0].plain == "-z":
        return equal(value(words[1], names), Literal(value=""))
    if len(words) == 3 and words[1].plain in ("=", "==", "!="):
        found = _status(words) or _equal(words[0], words[2], names)
        return found if words[1].plain != "!=" else negated(found)
    raise NotUnderstood("a test of files")


def _status(words: tuple[bash.Word, ...]) -> Expr | None:
    """Whether the job failed so far: `[ "$ACTION_FAILED…" = false ]`, `[ "$job_status" = … ]`."""
    first = words[0].parts[0] if words[0].parts else None
    answer = words[2].plain
    if first == bash.Variable("job_status") and answer in ("success", "failure"):
        return Call(function=answer)
    if first != bash.Variable("ACTION_FAILED"):
        return None
    return Call(function="success" if answer == "false" else "failure")


def _equal(left: bash.Word, right: bash.Word, names: Names) -> Expr:
    """`[ a = b ]`, whose texts differ by case, too, unless both are made lower first."""
    if left.raw.strip('"') == "$(uname -s)" and right.plain in _SYSTEMS:
        return equal(Ref(path=("os",)), Literal(value=_SYSTEMS[right.plain]))
    folded = _folded(left)
    one = value(left if folded is None else folded, names)
    other = _folded(right)
    wanted = value(right if other is None else other, names)
    if wanted == Literal(value="false") and _is_boolean(one):
        return opposite(one)
    if wanted == Literal(value="true") and _is_boolean(one):
        return one
    if folded is not None or _ignores_case(one, wanted):
        return equal(one, wanted)
    return Binary(op=Op.EQ, left=one, right=wanted, semantics=Semantics.GITLAB)


def _folded(word: bash.Word) -> bash.Word | None:
    """The variable of `"${x,,}"` without that; what `tr` makes lower case, before that."""
    part = word.parts[0] if len(word.parts) == 1 else None
    if isinstance(part, bash.Output):
        return _lowered(part)
    if isinstance(part, bash.Variable) and part.folded:
        return bash.Word((bash.Variable(part.name),), word.raw)
    return None


def _is_boolean(expr: Expr) -> bool:
    if isinstance(expr, Ref):
        return expr.path in BOOLEANS
    if isinstance(expr, Call):
        return expr.function in _BOOLEAN
    return isinstance(expr, Unary) or (
        isinstance(expr, Binary) and expr.op not in (Op.AND, Op.OR) or _is_logic(expr)
    )


def _is_logic(expr: Expr) -> bool:
    return isinstance(expr, Binary) and _is_boolean(expr.left) and _is_boolean(expr.right)


def _ignores_case(left: Expr, right: Expr) -> bool:
    """Whether a text can only be equal to the other in the same case."""
    text = right.value if isinstance(right, Literal) else None
    if isinstance(left, Literal) and isinstance(right, Literal):
        return left.value == right.value or str(left.value).lower() != str(text).lower()
    if not isinstance(text, str) or text.lower() == text.upper():
        return isinstance(text, str)
    is_lower = isinstance(left, Ref) and (
        left.path in LOWER_CASE or left.path[-1] in LOWER_CASE_LAST
    )
    return is_lower and text == text.lower()


def _matched(words: tuple[bash.Word, ...], names: Names) -> Expr:
    """`[[ "${x,,}" == *part* ]]`, where the part is in quotes or has no pattern."""
    if len(words) == 3 and words[1].plain == "=~" and words[2].plain == _ZERO:
        return equal(value(words[0], names), Literal(value=0.0))
    if len(words) != 3 or words[1].plain != "==":
        raise NotUnderstood("a pattern")
    return _search(words[0], words[2], names)


def _lowered(output: bash.Output) -> bash.Word | None:
    """The text of `$(printf %s "text" | tr '[:upper:]' '[:lower:]')`."""
    pipe = output.body.commands[0] if len(output.body.commands) == 1 else None
    if not isinstance(pipe, bash.Pipe):
        return None
    left, right = pipe.left, pipe.right
    if not isinstance(left, bash.Simple) or not isinstance(right, bash.Simple):
        return None
    said = [word.plain for word in (*left.words[:2], *right.words)]
    lowers = said == ["printf", "%s", "tr", "[:upper:]", "[:lower:]"]
    return left.words[2] if lowers and len(left.words) == 3 else None


def _search(text: bash.Word, searched: bash.Word, names: Names) -> Expr:
    folded = _folded(text) or (text if text.plain is not None else None)
    if folded is None:
        raise NotUnderstood("a pattern")
    parts = list(searched.parts)
    before, after = _is_open(parts, 0), _is_open(parts, -1)
    if any(isinstance(one, bash.Text) and not one.quoted and "*" in one.text for one in parts):
        raise NotUnderstood("a pattern")
    pattern = bash.Word(tuple(parts), searched.raw)
    part = value(_folded(pattern) or pattern, names)
    functions = {(True, True): "contains", (False, True): "startsWith", (True, False): "endsWith"}
    where = value(folded, names)
    if (before, after) not in functions:
        return equal(where, part)
    return Call(function=functions[before, after], arguments=(where, part))


def _is_open(parts: list[bash.Part], at: int) -> bool:
    """Whether a pattern has an asterisk at one end, which is taken away."""
    one = parts[at] if parts else None
    if not isinstance(one, bash.Text) or one.quoted:
        return False
    rest = one.text.removeprefix("*") if at == 0 else one.text.removesuffix("*")
    if rest == one.text:
        return False
    parts[at : at + 1 or None] = [bash.Text(rest, False)] if rest else []
    return True
