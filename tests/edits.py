"""Edits of texts for tests that ask whether somebody notices.

Places in YAML are found with PyYAML, those in Groovy and Nix by their quotes: not with the parsers
under test.
"""

import fnmatch
import re
from collections.abc import Iterator

import yaml
from msgspec import Struct

MARK = "zq7"

# mappings whose keys are fixed, by the path to them; `*` is any one key. Not `permissions`: there
# are new rights from time to time, and all are handed on.
_WORKFLOW = (
    "/",
    "/on/*",
    "/on/workflow_dispatch/inputs/*",
    "/on/workflow_call/inputs/*",
    "/on/workflow_call/outputs/*",
    "/on/workflow_call/secrets/*",
    "/on/schedule/[0-9]",
    "/defaults",
    "/defaults/run",
    "/concurrency",
    "/jobs/*",
    "/jobs/*/strategy",
    "/jobs/*/defaults",
    "/jobs/*/defaults/run",
    "/jobs/*/container",
    "/jobs/*/services/*",
    "/jobs/*/environment",
    "/jobs/*/concurrency",
    "/jobs/*/runs-on",
    "/jobs/*/steps/*",
)
_ACTION = ("/", "/inputs/*", "/outputs/*", "/runs", "/runs/steps/*")
_GITLAB = ("/workflow", "/default", "/*job*", "/*job*/artifacts", "/*job*/rules/[0-9]")
_CIRCLECI = ("/", "/jobs/*", "/executors/*", "/workflows/*/jobs/[0-9]/*")
_FIXED = {"/workflows/": _WORKFLOW, ".gitlab-ci": _GITLAB, ".circleci": _CIRCLECI}
# what opens a block of Jenkins, or the attributes of a workflow, whose words are fixed
_BLOCK = re.compile(r"^ *(?:pipeline|options|(?:stage\(.*\)|post)) \{$", re.MULTILINE)
_ATTRIBUTES = re.compile(r"nixactions\.mkWorkflow \{$", re.MULTILINE)
_QUOTED = re.compile(r"(?<=[ (\[])(['\"])(?!\1)[\w ./:-]+\1")


class Edit(Struct, frozen=True):
    """A changed text, the line of the change, and the path to what was changed."""

    text: str
    line: int
    path: str

    @property
    def line_text(self) -> str:
        """What stands in the line, without its indentation."""
        return self.text.splitlines()[self.line - 1].strip()


def with_unknown_keys(path: str, text: str) -> Iterator[Edit]:
    """Yield the text with a key that nobody knows in each mapping whose keys are fixed."""
    if not path.endswith((".yml", ".yaml")):
        yield from _with_words(text)
        return
    patterns = next((one for part, one in _FIXED.items() if part in path), _ACTION)
    for where, node in _nodes(text):
        if not isinstance(node, yaml.MappingNode) or not node.value or node.flow_style is None:
            continue
        if any(_fits(where, pattern) for pattern in patterns):
            yield _with_key(text, where, node)


def _with_key(text: str, where: str, node: yaml.MappingNode) -> Edit:
    first = node.value[0][0].start_mark
    at = first.index
    end = ", " if node.flow_style else "\n" + " " * first.column
    return Edit(f"{text[:at]}{MARK}: 1{end}{text[at:]}", first.line + 1, where)


def _fits(where: str, pattern: str) -> bool:
    parts, wanted = where.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


def _with_words(text: str) -> Iterator[Edit]:
    nix = tuple(_ATTRIBUTES.finditer(text))
    for match in nix or _BLOCK.finditer(text):
        at = match.end()
        in_post = match[0].strip().startswith("post")
        word = f"{MARK} = 1;" if nix else f"{MARK} {{ echo 'x' }}" if in_post else f"{MARK} 'x'"
        yield Edit(f"{text[:at]}\n{word}{text[at:]}", text.count("\n", 0, at) + 2, match[0])


def with_changed_scalars(path: str, text: str) -> Iterator[Edit]:
    """Yield the text with each of its keys and values made another text."""
    if not path.endswith((".yml", ".yaml")):
        for match in _QUOTED.finditer(text):
            at = match.end() - 1
            yield Edit(f"{text[:at]}{MARK}{text[at:]}", text.count("\n", 0, at) + 1, match[0])
        return
    for where, node in _nodes(text):
        if isinstance(node, yaml.ScalarNode):
            at = _inside(text, node)
            yield Edit(f"{text[:at]}{MARK}{text[at:]}", text.count("\n", 0, at) + 1, where)


def _inside(text: str, node: yaml.ScalarNode) -> int:
    """A place inside a scalar where letters belong to it."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in ("'", '"'):
        return end - 1
    if node.style in ("|", ">"):
        body = text.index("\n", start) + 1
        return body + len(text[body:]) - len(text[body:].lstrip())
    return end


def scalars(text: str) -> Iterator[tuple[str, str]]:
    """Yield all keys and values with the paths to them: that to a key ends with a colon."""
    for where, node in _nodes(text):
        if isinstance(node, yaml.ScalarNode):
            yield where, node.value


def _nodes(text: str) -> Iterator[tuple[str, yaml.Node]]:
    """All nodes with their paths, each once; nothing of a text that is no YAML."""
    # libyaml is many times faster, but does not count a byte order mark
    loader = yaml.SafeLoader if text.startswith("\ufeff") else yaml.CSafeLoader
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.YAMLError:
        return
    seen: set[int] = set()
    waiting: list[tuple[str, yaml.Node]] = [] if root is None else [("", root)]
    while waiting:
        where, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield where or "/", node
        if isinstance(node, yaml.SequenceNode):
            waiting += ((f"{where}/{number}", item) for number, item in enumerate(node.value))
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                waiting += [(f"{where}/{key.value}", value), (f"{where}/{key.value}:", key)]
