"""Words of bash as expressions: the way back of `words.py`."""

from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.bash import NotUnderstood
from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Template,
    as_boolean,
    both,
    either,
    join_texts,
    operation,
)
from ciconv.ir.node import replace
from ciconv.passes.github_names import with_run_url


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
    from ciconv.converters.shell_tests.read_tests import truth_of_all

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
