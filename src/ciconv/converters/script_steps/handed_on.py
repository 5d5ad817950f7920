r"""What a tool's script hands on to later steps, in the words of the host. Both directions.

              echo "A=$b" >> "$GITHUB_ENV"                  echo "$HOME/bin" >> "$GITHUB_PATH"
    one shell export A="$b"                                 export PATH="$HOME/bin:$PATH"
    BASH_ENV  printf 'export A=%q\n' "$b" >> "$BASH_ENV"    echo 'export PATH="$HOME/bin:$PATH"' …

Scripts of users stay as they are.
"""

import re
from collections.abc import Callable, Iterator

from ciconv.converters.script_steps.shells import Shell, shell_of
from ciconv.ir.expression import Literal, constant, constant_text
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
from ciconv.passes.bind_variables import STEP_NAME
from ciconv.syntax.shell.traits import traits

_HOLE = "\0"
_NAME = r"[A-Za-z_]\w*"
_COMMAND = r'\([^()"\n]*\)'  # behind `$`
_VALUE = rf'(?:\${_COMMAND}|\$(?!{_COMMAND})|[^"\\$\n])*'  # each letter in one way
_PLAIN = r"[\w./:@%+,-]+"
_HANDED_ON = re.compile(
    rf"""^(?P<indent>\ *)(?:echo|printf\ '(?P<format>[^'\n]*)\\n')
    (?P<words>(?:\ (?:"{_VALUE}"|[^\s"|;&]+))*)\ >>\ "\$GITHUB_(?P<file>ENV|PATH)"$""",
    re.MULTILINE | re.VERBOSE,
)
_WORD = re.compile(rf'"({_VALUE})"|([^\s"]+)')
_PAIR = re.compile(rf"({_NAME})=([^\\]*)")
_ALWAYS_ALIKE = re.compile(r"(?:[\w./:-]|\$HOME\b)+")  # at whatever time a shell reads it
_EXPORTED = re.compile(rf'^( *)export ({_NAME})="({_VALUE})"$', re.MULTILINE)
_SOURCED = re.compile(
    rf"""^(?P<indent>\ *)(?:
    echo\ 'export\ (?P<name>{_NAME})=(?P<plain>{_PLAIN})'
    |printf\ 'export\ (?P<quoted>{_NAME})=%q\\n'\ "(?P<value>{_VALUE})"
    |echo\ 'export\ PATH="(?P<folders>[^"\n]+):\$PATH"'
    |printf\ 'export\ PATH=%q:"\$PATH"\\n'\ "(?P<folder>{_VALUE})"
    )\ >>\ "\$BASH_ENV"$""",
    re.MULTILINE | re.VERBOSE,
)
# what is exported already: by the line before it
_AGAIN = re.compile(
    rf"""^(\ *export\ ({_NAME})="{_VALUE}")\n(?:\ *export\ \2="\$\2"|\1)$""",
    re.MULTILINE | re.VERBOSE,
)
_OUTPUTS = re.compile(
    rf"""^(?:echo|printf) [^\n{_HOLE}]* >> "\$GITHUB_OUTPUT"(?:\n|\Z)""", re.MULTILINE
)
_OUTPUT = re.compile(r""">> "\$GITHUB_OUTPUT\"""")
_FOLDER = re.compile(r"(?:\$\{[^}]*\}|\$\([^)]*\)|[^:$]|\$)+")
_ELSEWHERE = re.compile(r"\bGITHUB_|^ *\(", re.MULTILINE)

Pair = tuple[str, str]  # a name, and its value as it stands in double quotes
Say = Callable[[tuple[Pair, ...]], Iterator[str]]


def exporting(step: Step, around: Shell) -> Step:
    """Return the script of a tool with exports, where nothing has to stand around it."""
    if not isinstance(step, Run) or any(
        (step.env, step.directory, step.timeout, step.retry, step.may_fail)
    ):
        return step
    made = _said(step, _exports)
    if made is step:
        return step
    script = constant_text(made.script, _HOLE)
    stays = not _ELSEWHERE.search(script) and traits(without_exports(script)).shares
    return made if stays and _alike(made, around, script) else step


def sourcing(step: Step) -> Step:
    """Return the script of a tool with what it hands on in the file that each bash begins with."""
    return _said(step, _sources) if isinstance(step, Run) else step


def without_outputs(step: Step) -> Step:
    """Return the script of a tool without outputs, which nobody reads."""
    if not isinstance(step, Run) or not step.tool:
        return step
    script = _OUTPUT.sub("> /dev/null", _OUTPUTS.sub("", constant_text(step.script, _HOLE)))
    return _with_script(step, script) if script.strip() else step


def _said(step: Run, say: Say) -> Run:
    """The script of a tool, with other commands for what it hands on."""
    if not (step.tool or _is_made(step)):
        return step
    script = constant_text(step.script, _HOLE)
    made = _HANDED_ON.sub(lambda match: _in_other_words(match, say), script)
    return _with_script(step, _AGAIN.sub(r"\1", made))


def _is_made(step: Run) -> bool:
    """Whether a pass made the step, which sets variables of the source's system."""
    return step.script.span is None and step.name is not None and constant(step.name) == STEP_NAME


def _with_script(step: Run, script: str) -> Run:
    """The step with another text around the expressions of its script."""
    holes = iter([one for one in step.script.parts if not isinstance(one, Literal)])
    parts = tuple(
        next(holes) if piece == _HOLE else Literal(value=piece, span=step.script.span)
        for piece in re.split(f"({_HOLE})", script)
        if piece
    )
    return replace(step, script=replace(step.script, parts=parts))


def _in_other_words(match: re.Match[str], say: Say) -> str:
    words = [quoted or bare for quoted, bare in _WORD.findall(match["words"])]
    pairs = _folders(match, words) if match["file"] == "PATH" else _pairs(match, words)
    if not pairs:
        return match[0]
    return "\n".join(f"{match['indent']}{line}" for line in say(pairs))


def _folders(match: re.Match[str], words: list[str]) -> tuple[Pair, ...]:
    """PATH with the folders in front of it: the last one that was named comes first."""
    if match["format"] not in (None, "%s"):
        return ()
    folders = (re.sub(r"^~(?=/)", "$HOME", one) for one in reversed(words))
    return (("PATH", ":".join(folders)),)


def _pairs(match: re.Match[str], words: list[str]) -> tuple[Pair, ...]:
    """The variables of an `echo`, or of a `printf` with a line for each."""
    if match["format"] is None:
        found = [one.groups() for one in map(_PAIR.fullmatch, words) if one]
        return tuple((name, value) for name, value in found) if len(words) == 1 else ()
    values = iter(words)
    pairs: list[Pair] = []
    for line in match["format"].split("\\n"):
        form = _PAIR.fullmatch(line)
        value = next(values, None) if form is not None and form[2] == "%s" else line
        if form is None or value is None or "%" in form[2].removeprefix("%s"):
            return ()
        pairs.append((form[1], value if form[2] == "%s" else form[2]))
    return tuple(pairs) if next(values, None) is None else ()


def _exports(pairs: tuple[Pair, ...]) -> Iterator[str]:
    for name, value in pairs:
        yield f'export {name}="{value}{":$PATH" if name == "PATH" else ""}"'


def _sources(pairs: tuple[Pair, ...]) -> Iterator[str]:
    for name, value in pairs:
        if name == "PATH" and _ALWAYS_ALIKE.fullmatch(value):
            line = f"echo 'export PATH=\"{value}:$PATH\"'"
        elif name == "PATH":
            line = f'printf \'export PATH=%q:"$PATH"\\n\' "{value}"'
        elif re.fullmatch(_PLAIN, value):
            line = f"echo 'export {name}={value}'"
        else:
            line = f"printf 'export {name}=%q\\n' \"{value}\""
        yield f'{line} >> "$BASH_ENV"'


def _alike(step: Run, around: Shell, script: str) -> bool:
    """Whether the shell that is there does with a script what its own would do."""
    own = shell_of(constant(step.shell)) if step.shell is not None else around
    pipes = own.pipefail != around.pipefail and traits(script).has_pipe
    return own.reads_alike(around, script) and not pipes


def from_exports(script: str) -> str:
    """Return the script of a tool with the files of GitHub, too, for what it exports."""
    return _EXPORTED.sub(_from_exported, script)


def from_sources(script: str) -> str:
    """Return the script of a tool with the files of GitHub for what it writes to BASH_ENV."""
    return _SOURCED.sub(_from_sourced, script)


def _from_exported(match: re.Match[str]) -> str:
    """The line as it is, as what follows it in the script may need it, and one for later steps."""
    indent, name, value = match.groups()
    if name != "PATH":
        return f'{match[0]}\n{indent}echo "{name}=${name}" >> "$GITHUB_ENV"'
    folders = value.removesuffix(":$PATH")
    return match[0] if folders == value else f"{match[0]}\n{indent}{_named(folders)}"


def _from_sourced(match: re.Match[str]) -> str:
    folders = match["folders"] or match["folder"]
    if folders:
        return match["indent"] + _named(folders)
    name, value = match["name"] or match["quoted"], match["plain"] or match["value"]
    return f'{match["indent"]}echo "{name}={value}" >> "$GITHUB_ENV"'


def _named(folders: str) -> str:
    words = [f'"{one}"' for one in reversed(_FOLDER.findall(folders))]
    command = "echo" if len(words) == 1 else r"printf '%s\n'"
    return f'{command} {" ".join(words)} >> "$GITHUB_PATH"'


def without_exports(script: str) -> str:
    """Return a script without the lines that are meant to be for what comes behind it."""
    return _EXPORTED.sub(r"\1true", script)
