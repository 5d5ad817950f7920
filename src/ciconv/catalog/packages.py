"""Which packages stand in for a tool, given the version and variant its user asks for."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from ciconv.catalog.tool import Column, VersionRule
from ciconv.catalog.versions import version_in
from ciconv.source import Workspace

if TYPE_CHECKING:
    from ciconv.catalog.catalog import Catalog

_WANTED = re.compile(r"(?P<sign>[~^=<>! ]*)[vV]?(?P<numbers>\d+(?:\.(?:\d+|[xX*]))*)")
_ANY = frozenset({"", "*", "x", "latest"})
_VERSIONED_PARTS = {"major": 1, "minor": 2, "minor_": 2}


class Choice(Struct, frozen=True):
    """Attributes of nixpkgs; `differs` says how they are not what was asked for, else empty."""

    packages: tuple[str, ...]
    differs: str = ""


def choose(
    column: Column,
    values: Mapping[str, str],
    catalog: "Catalog",
    read: Callable[[str], str | None] | None = None,
) -> Choice:
    """Return the packages of a column for the constant values of its canonical inputs.

    `read` gives the text of a file of the repository: one may say the version.
    """
    wanted = {name: value for name, value in _defaults(column).items() if name not in values}
    wanted |= {name: value.strip() for name, value in values.items()}
    templates, differs = _templates(column, wanted)
    if column.version is not None:
        version, unread = _version(column.version, wanted, read)
        found = pick(column.version, version)
        templates, gone = _filled(column, templates, found)
        differs = differs or unread or found.differs or gone
    listed, unknown = _listed(wanted.get(column.listed or "", ""), catalog)
    return Choice((*templates, *listed), differs or unknown)


def reader(workspace: Workspace) -> Callable[[str], str | None]:
    """Return what gives `choose` the text of a file of a repository."""

    def read(path: str) -> str | None:
        source = workspace.readable(path)
        return None if source is None else source.text

    return read


def _version(
    rule: VersionRule, wanted: Mapping[str, str], read: Callable[[str], str | None] | None
) -> tuple[str, str]:
    """The version asked for, by itself or in a file, and what is not known of it."""
    file = wanted.get(rule.file or "", "")
    if wanted.get(rule.input) or not file:
        return wanted.get(rule.input, ""), ""
    text = read(file) if read is not None else None
    found = "" if text is None else version_in(file, text, rule.named)
    return found, "" if found else f"the version in {file!r} is not known"


def _filled(
    column: Column, templates: tuple[str, ...], found: "Pick"
) -> tuple[tuple[str, ...], str]:
    attributes = tuple(found.of(one) for one in templates)
    gone = next((one for one in attributes if column.version and one in column.version.absent), "")
    if not gone:
        return attributes, ""
    usual = tuple(found.of(one) for one in column.packages)
    return usual, f"nixpkgs has no {gone!r}, {usual[0]!r} is used instead"


def _defaults(column: Column) -> dict[str, str]:
    return {name: value for name, value in column.defaults.items() if isinstance(value, str)}


def _templates(column: Column, wanted: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    if column.variant is None or not wanted.get(column.variant):
        return column.packages, ""
    variant = wanted[column.variant]
    found = column.variants.get(variant.lower())
    if found is not None:
        return found, ""
    return (
        column.packages,
        f"nixpkgs has no {column.variant} {variant!r}, the usual one is used instead",
    )


def _listed(value: str, catalog: "Catalog") -> tuple[tuple[str, ...], str]:
    packages: list[str] = []
    differs: list[str] = []
    for one in re.split(r"[\s,]+", value.strip()):
        program, _, version = one.partition("@")
        if not program:
            continue
        attribute = catalog.package(program)
        if attribute is None:
            differs.append(f"no package is known for {program!r}")
            continue
        packages.append(attribute)
        if version not in _ANY:
            differs.append(f"{program!r} has the version of nixpkgs, not {version!r}")
    return tuple(packages), "; ".join(differs)


class Pick(Struct, frozen=True):
    """What a version rule answers: the key for `{version}`, or a whole attribute."""

    key: str
    attribute: str | None = None
    differs: str = ""

    def of(self, template: str) -> str:
        """Return the attribute a template of a table stands for."""
        if "{version}" in template and self.attribute is not None:
            return self.attribute
        return template.replace("{version}", self.key)


def pick(rule: VersionRule, wanted: str) -> Pick:
    """Return the version a rule picks for what a user wrote: `20`, `20.x`, `>=18`, `lts/*`."""
    lines = [line.strip().strip("\"'").lower() for line in wanted.splitlines() if line.strip()]
    if len(lines) > 1:  # actions that install several put the last one on PATH
        found = _pick(rule, lines[-1])
        return Pick(found.key, found.attribute, f"only version {lines[-1]!r} of several is there")
    return _pick(rule, lines[0] if lines else "")


def _pick(rule: VersionRule, word: str) -> Pick:
    if word in rule.attributes:
        return _chosen(rule, rule.attributes[word])
    if word in _ANY:
        return _chosen(rule, rule.default)
    if not rule.known:
        return _chosen(rule, rule.default, f"the release of nixpkgs stands in for version {word!r}")
    match = _WANTED.match(word)
    if match is None:
        return _missing(rule, word)
    numbers = tuple(part for part in match["numbers"].split(".") if part.isdigit())
    key = _key(rule, numbers)
    if ">" in match["sign"] and (key in rule.known or _is_older(rule, numbers)):
        return Pick(rule.known[-1])
    if key not in rule.known:
        return _missing(rule, word)
    rest = word[match.end() :]
    if rest and not rest.startswith((".x", ".*")):
        return Pick(key, None, f"nixpkgs has version {key!r}, not {word!r}")
    if len(numbers) > _VERSIONED_PARTS.get(rule.part, 9) and match["sign"].strip() in ("", "="):
        return Pick(key, None, f"nixpkgs has its own release of version {key!r}, not {word!r}")
    return Pick(key)


def _missing(rule: VersionRule, word: str) -> Pick:
    return _chosen(
        rule, rule.default, f"nixpkgs has no version {word!r}, {rule.default!r} is used instead"
    )


def _chosen(rule: VersionRule, name: str, differs: str = "") -> Pick:
    """A known version, or an attribute as it is."""
    if name in rule.known:
        return Pick(name, None, differs)
    return Pick("", name, differs)


def _key(rule: VersionRule, numbers: tuple[str, ...]) -> str:
    """The version as `part` writes it; the newest known one where digits are missing."""
    count = _VERSIONED_PARTS.get(rule.part)
    if count is None:
        return ".".join(numbers)
    sign = "_" if rule.part == "minor_" else ""
    if len(numbers) >= count:
        return sign.join(numbers[:count])
    start = sign.join(numbers) + sign
    return next((one for one in reversed(rule.known) if one.startswith(start)), "")


def _is_older(rule: VersionRule, numbers: tuple[str, ...]) -> bool:
    """Whether a lower bound lies below the newest version there is."""
    count = _VERSIONED_PARTS.get(rule.part, 1)
    return tuple(map(int, numbers[:count])) <= _numbers(rule, rule.known[-1])


def _numbers(rule: VersionRule, key: str) -> tuple[int, ...]:
    if rule.part == "minor":  # the first digit is the major version: 312 is 3.12
        return int(key[:1]), int(key[1:] or "0")
    return tuple(int(part) for part in re.findall(r"\d+", key))
