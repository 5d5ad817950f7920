"""What used actions and called workflows take and give: those of the repository, and known ones."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from ciconv.context import Context
from ciconv.diagnostics import Diagnostics
from ciconv.source import UnreadableFile
from ciconv.syntax import yaml
from ciconv.syntax.node import Mapping as Table
from ciconv.syntax.node import Node, Scalar
from ciconv.validators.github.types import STRING, STRINGS, Kind, Type, strict
from ciconv.validators.github.workflow import OWN, entries, text_of


class Input(Struct, frozen=True):
    """An input of an action or of a workflow."""

    name: str
    required: bool = False  # and without a default value
    type: str = ""
    deprecated: str = ""


class Interface(Struct, frozen=True):
    """What something takes and gives, by name in lower case; None: nobody knows."""

    inputs: Mapping[str, Input] | None
    outputs: tuple[str, ...] | None
    secrets: Mapping[str, Input] = {}
    complete: bool = True  # whether there are certainly no other inputs
    all_outputs: bool = True  # nor outputs
    root: Node | None = None
    path: str = ""


class Known(Struct, frozen=True, forbid_unknown_fields=True):
    """A popular action that is no tool of the catalog, or more about one that is."""

    inputs: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    since: int = 0  # the major version that began to require them
    deprecated: Mapping[str, str] = {}
    outputs: tuple[str, ...] | None = None
    refused: str = ""  # uses of this major and below fail at once
    outdated: str = ""  # versions of this major and below run on a Node.js that is gone


@cache
def known_actions() -> Mapping[str, Known]:
    """Return what is known of popular actions, by name in lower case."""
    data = (Path(__file__).parent / "actions.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Known])


class Metadata:
    """Interfaces, each read once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._found: dict[str, Interface | None] = {}

    def action(self, uses: str) -> Interface | None:
        """Return the interface of an action, None where nobody knows it."""
        if uses not in self._found:
            local = uses.startswith(OWN)
            self._found[uses] = self._local_action(uses) if local else self._known_action(uses)
        return self._found[uses]

    def workflow(self, uses: str) -> Interface | None:
        """Return the interface of a workflow of the repository."""
        if not uses.startswith(OWN) or "@" in uses:
            return None
        if uses not in self._found:
            root = self._root(uses[2:])
            self._found[uses] = _workflow(root) if isinstance(root, Table) else None
        return self._found[uses]

    def exists(self, path: str) -> bool | None:
        """Return whether a file of the repository is there; None where it cannot be had."""
        try:
            return self._context.workspace.read(path) is not None
        except UnreadableFile:
            return None

    def outputs_of_step(self, step: Table) -> Type:
        """Return the type of `steps.ID.outputs`."""
        uses = text_of(step, "uses")
        interface = None if uses is None else self.action(uses)
        if interface is None or interface.outputs is None:
            return STRINGS
        if interface.all_outputs:
            return strict({name: STRING for name in interface.outputs})
        return Type(Kind.OBJECT, {name: STRING for name in interface.outputs}, STRING, soft=True)

    def _root(self, path: str) -> Node | None:
        source = self._context.workspace.readable(path)
        documents = () if source is None else yaml.parse(source, Diagnostics())
        return documents[0].root if documents else None

    def _local_action(self, uses: str) -> Interface | None:
        folder = uses[2:].rstrip("/")
        for name in ("action.yml", "action.yaml"):
            path = f"{folder}/{name}" if folder else name
            root = self._root(path)
            if isinstance(root, Table):
                return _action(root, path)
        return None

    def _known_action(self, uses: str) -> Interface | None:
        name = uses.partition("@")[0].lower()
        more = known_actions().get(name)
        tool = self._context.catalog.tool_for("github", name)
        column = None if tool is None else tool.github
        if more is None and column is None:
            return None
        if column is not None and (column.uses or "").lower() != name:
            column = None  # another action that does the same takes other inputs
        names = () if column is None else (*column.inputs, *column.others)
        outputs = () if column is None else column.outputs
        more = more or Known()
        required = {one.lower() for one in more.required if not _is_older(uses, more.since)}
        inputs = {
            one.lower(): Input(one, one.lower() in required, "", more.deprecated.get(one, ""))
            for one in (*names, *more.inputs, *more.required, *more.deprecated)
        }
        given = outputs if more.outputs is None else more.outputs
        sure = more.outputs is not None
        return Interface(inputs or None, tuple(given) or None, complete=False, all_outputs=sure)


def _is_older(uses: str, major: int) -> bool:
    version = uses.partition("@")[2].removeprefix("v").partition(".")[0]
    return version.isdecimal() and len(version) < 4 and int(version) < major


def _action(root: Table, path: str) -> Interface:
    inputs = {}
    for name, value in entries(root.get("inputs")):
        required = text_of(value, "required") == "true" and text_of(value, "default") is None
        deprecated = text_of(value, "deprecationMessage") or ""
        inputs[name.lower()] = Input(name, required, "", deprecated)
    outputs = tuple(name for name, _ in entries(root.get("outputs")))
    runs = root.get("runs")
    if text_of(runs, "using") == "docker":
        for name in ("args", "entrypoint"):
            inputs.setdefault(name, Input(name))
    return Interface(inputs, outputs, root=root, path=path)


def _workflow(root: Table) -> Interface | None:
    on = root.get("on")
    if not isinstance(on, Table):
        called = isinstance(on, Scalar) and on.text == "workflow_call"
        return Interface({}, ()) if called or on is not None else None
    call = on.get("workflow_call")
    inputs = {}
    for name, value in entries(call.get("inputs") if isinstance(call, Table) else None):
        required = text_of(value, "required") == "true" and text_of(value, "default") is None
        inputs[name.lower()] = Input(name, required, text_of(value, "type") or "")
    outputs = tuple(
        name for name, _ in entries(call.get("outputs") if isinstance(call, Table) else None)
    )
    secrets = {
        name.lower(): Input(name, text_of(value, "required") == "true")
        for name, value in entries(call.get("secrets") if isinstance(call, Table) else None)
    }
    return Interface(inputs, outputs, secrets)
