"""The pages of docs/migrate/: made of profiles, the catalog, the traps and a real conversion."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

import ciconv
from ciconv.catalog.catalog import Catalog, Name
from ciconv.cli.router import PAIRS
from ciconv.converters import registry
from ciconv.converters.format import Format
from ciconv.profile import Outcome, Support
from ciconv.report.inventory import command

ROOT = Path(__file__).parent.parent
WAYS = {name: ends for name, ends in PAIRS.items() if ends[0] != ends[1]}
FOLDER = ROOT / "docs/migrate"
EXAMPLE = ROOT / "fixtures/examples/python"
MAX_LINES = 120  # of a file in the example


def pages() -> dict[str, str]:
    """Return all pages by their path."""
    found = {
        f"from-{name}.md": "\n".join(_page(name, *ends)) + "\n"
        for name, ends in WAYS.items()
        if ends[0] != "nixactions"
    }
    return found | {"index.md": "\n".join(_index()) + "\n"}


def _index() -> Iterator[str]:
    yield "# Migration guides\n"
    yield "What changes between two systems, made of the tables the conversion goes by. For a"
    yield "guide to *your* repository see [plan a migration](../how-to/plan-a-migration.md).\n"
    origins = [name for name in registry.names() if name != "nixactions"]
    yield "| from | to |"
    yield "|---|---|"
    for origin in origins:
        links = [
            f"[{registry.get(target).title}](from-{name}.md)"
            for name, (start, target) in WAYS.items()
            if start == origin
        ]
        yield f"| {registry.get(origin).title} | {', '.join(links)} |"


def _page(name: str, origin: str, target: str) -> Iterator[str]:
    a, b = registry.get(origin), registry.get(target)
    yield f"# From {a.title} to {b.title}\n"
    yield "```sh"
    yield f"ciconv {name} -o converted   # convert, with a list of everything that changes"
    yield "ciconv verify . converted   # compare what both would run, event by event"
    yield f"ciconv guide --to {target} -o guide.html   # what to create, how to cut over"
    yield "```\n"
    yield from _traps(origin, target)
    yield from _features(a, b)
    yield from _names(a, b)
    yield from _settings(b)
    yield from _example(a, b)


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((FOLDER / "traps.toml").read_text("utf-8"))


def _traps(origin: str, target: str) -> Iterator[str]:
    yield "## What to know\n"
    for texts in (_texts()["from"].get(origin, {}), _texts()["to"].get(target, {})):
        yield from (f"- **{what}.** {why}" for what, why in texts.items())
    yield ""


def _features(a: Format, b: Format) -> Iterator[str]:
    """What the target does not say in its own words, as far as the source has it."""
    native = {one.feature for one in a.profile.capabilities if one.support is Support.NATIVE}
    rows = [
        one
        for one in b.profile.capabilities
        if one.support is not Support.NATIVE and one.feature in native and one.outcome is not None
    ]
    if not rows:
        return
    yield "## What becomes of it\n"
    yield f"All that {a.title} has is native in {b.title}, but for\n"
    yield "| feature | outcome | how |\n|---|---|---|"
    for outcome in (Outcome.MANUAL, Outcome.APPROXIMATED, Outcome.DROPPED, Outcome.LOWERED):
        for one in rows:
            if one.outcome is outcome:
                yield f"| {one.feature} | {outcome} | {one.note.replace('{detail}', '…')} |"
    yield ""


def _names(a: Format, b: Format) -> Iterator[str]:
    """Predefined values in both systems' words."""
    rows = []
    for name in Catalog.builtin().names().values():
        here, there = _spelled(name, a.name), _spelled(name, b.name)
        near = name.near.get(b.name)
        if here and there:
            rows.append((here, f"`{there}`", ""))
        elif here and near is not None:
            rows.append((here, f"`{near.name}`", near.differs))
    if not rows:
        return
    yield "## Names\n"
    yield f"| {a.title} | {b.title} | where they differ |\n|---|---|---|"
    yield from (f"| `{here}` | {there} | {differs} |" for here, there, differs in rows)
    yield ""


def _spelled(name: Name, format: str) -> str | None:
    if format == "github":
        return name.github or name.github_env
    spelled: str | None = getattr(name, format, None)
    return spelled


def _settings(b: Format) -> Iterator[str]:
    """What is not in a file of the target."""
    rows = [
        (kind, command(b.name, kind, "NAME"))
        for kind in ("secret", "variable", "environment", "approval", "schedule", "runner")
    ]
    known = [(kind, how) for kind, how in rows if how]
    if not known:
        return
    yield "## What is not in the file\n"
    yield "| | how |\n|---|---|"
    yield from (f"| {kind} | `{how.replace('|', chr(92) + '|')}` |" for kind, how in known)
    yield ""


def _example(a: Format, b: Format) -> Iterator[str]:
    """A project that is checked, tested and packaged, and what it becomes."""
    folder = EXAMPLE / a.name
    found = ciconv.convert(folder, to=b.name, format=a.name)
    if not found.files:
        return
    yield "## An example\n"
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield from _file(file.relative_to(folder).as_posix(), file.read_text("utf-8"))
    yield "becomes\n"
    for path, text in found.files.items():
        if text.count("\n") <= MAX_LINES:
            yield from _file(path, text)
    losses = [one for one in found.diagnostics if one.loss is not None]
    worth = [one for one in losses if one.loss and one.loss.outcome is not Outcome.LOWERED]
    if worth:
        yield "and these are reported:\n"
        yield "| where | what | outcome |\n|---|---|---|"
        rows = {  # what several jobs share is said once
            f"| `{one.span}` | {one.message.replace('|', chr(92) + '|')} | {one.loss.outcome} |": 0
            for one in worth
            if one.loss is not None
        }
        yield from rows


def _file(path: str, text: str) -> Iterator[str]:
    kinds = {".yml": "yaml", ".nix": "nix"}
    kind = kinds.get(PurePosixPath(path).suffix, "groovy" if "Jenkinsfile" in path else "text")
    yield f"`{path}`\n\n```{kind}\n{text.rstrip()}\n```\n"
