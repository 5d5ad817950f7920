"""Executors of CircleCI's own orbs, which are not at hand: images and machines they are.

https://circleci.com/developer/orbs
"""

from msgspec.structs import replace

from ciconv.converters.circleci.reuse.fill import text_of
from ciconv.converters.circleci.reuse.scope import OrbRef
from ciconv.source import Span
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar

# orb → image and the parameter that names its tag; the executor is called `default`
_IMAGES = {
    "circleci/node": ("cimg/node", "tag", "lts"),
    "circleci/python": ("cimg/python", "tag", "3.8"),
    "circleci/go": ("cimg/go", "tag", "1.16"),
    "circleci/ruby": ("cimg/ruby", "tag", "2.7"),
    "circleci/php": ("cimg/php", "tag", "7.4"),
    "circleci/rust": ("cimg/rust", "tag", "1.49.0"),
    "circleci/openjdk": ("cimg/openjdk", "tag", "11.0"),
    "circleci/aws-cli": ("cimg/python", "tag", "3.8"),
}


def known_executor(orb: OrbRef, name: str, call: Node) -> tuple[Entry, ...]:
    """Return the keys of an executor of a well-known orb; none for others."""
    at = call.span
    if orb.name == "circleci/windows":
        return _placed(_windows(name, call), at)
    known = _IMAGES.get(orb.name)
    if known is None or name != "default":
        return ()
    image, parameter, default = known
    value = call.get(parameter) if isinstance(call, Mapping) else None
    tag = default if value is None else text_of(value)
    docker = build.sequence(build.mapping(("image", build.text(f"{image}:{tag}"))))
    entries = [build.entry("docker", docker)]
    size = call.get("resource_class") if isinstance(call, Mapping) else None
    if isinstance(size, Scalar):
        entries.append(build.entry("resource_class", size))
    return _placed(tuple(entries), at)


def _windows(name: str, call: Node) -> tuple[Entry, ...]:
    given = call if isinstance(call, Mapping) else Mapping()
    size, shell = given.get("size"), given.get("shell")
    year = name.removeprefix("server-")[:4] if name.startswith("server-") else "2022"
    image = f"windows-server-{year}-gui:current"
    machine = build.mapping(("image", build.text(image)))
    word = "medium" if size is None else text_of(size)
    said = build.text("powershell.exe -ExecutionPolicy Bypass") if shell is None else shell
    return (
        build.entry("machine", machine),
        build.entry("resource_class", build.text(f"windows.{word}")),
        build.entry("shell", said),
    )


def _placed(entries: tuple[Entry, ...], at: Span) -> tuple[Entry, ...]:
    """The entries, all of which stand where the executor is named."""
    return tuple(
        replace(one, key=replace(one.key, span=at), value=_at(one.value, at)) for one in entries
    )


def _at(node: Node, at: Span) -> Node:
    if isinstance(node, Mapping):
        return replace(node, span=at, entries=_placed(node.entries, at))
    items = getattr(node, "items", None)
    if items is not None:
        return replace(node, span=at, items=tuple(_at(one, at) for one in items))
    return replace(node, span=at)
