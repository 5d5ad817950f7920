"""`include`: other files, merged under the one that includes them.

A file that is not in the repository is looked for below the folder of `Options.include_root`,
or below `.ciconv/includes`:
`<host>/<path>` for `remote`, `<project>/<file>` for `project`, `templates/<name>` for `template`,
`<host>/<project>/templates/<name>.yml` for `component`. Then it is asked for, if the workspace
has something to ask (`--online`): see `addresses.py`.
https://docs.gitlab.com/ci/yaml/#include
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.assembly.addresses import Asked, address_of, project_address
from ciconv.converters.gitlab.assembly.files import File, Reading, read_file, read_source
from ciconv.converters.gitlab.assembly.merging import deep_merge, scalar_text
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.remote import Address
from ciconv.source import Span, UnreadableFile
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

USUAL_ROOT = ".ciconv/includes"
MAX_INCLUDES = 150
MAX_DEPTH = 100  # files inside of each other; GitLab only bounds their number

_NOTHING = "without-effect"
_ADDRESS = re.compile(r"https?://(?:[^/?#]*@)?(?P<place>[^?#]+)")
# a component of the project itself
_OWN_COMPONENT = re.compile(
    r"\$\{?CI_SERVER_(?:HOST|FQDN)\}?/\$\{?CI_PROJECT_PATH\}?/(?P<name>[^@/]+)@.*"
)
_KINDS = ("local", "project", "remote", "template", "component", "artifact")


class Missing(Struct, frozen=True, kw_only=True):
    """A file that is not at hand: what it is called, where it is named, where it would be."""

    name: str
    span: Span
    wanted: str  # below which path it would be found
    kind: str = "local"  # the keyword that names it
    has_rules: bool = False  # it may be wanted only where it is there
    told: bool = False  # a server that was asked did not have it


class Included(Struct, frozen=True, kw_only=True):
    """What including gives: one tree, and what has to be known about its parts."""

    root: Mapping
    missing: tuple[Missing, ...] = ()
    conditions: dict[str, tuple[Node, ...]] = {}  # by job: the rules of the includes it is from
    files: tuple[File, ...] = ()


class Including:
    """Resolves the includes of one pipeline."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._missing: list[Missing] = []
        self._conditions: dict[str, tuple[Node, ...]] = {}
        self._files: list[File] = []
        self._count = 0

    def included(self, file: File) -> Included:
        """Return the file with everything it includes."""
        root = self._merged(file, (), ())
        return Included(
            root=root,
            missing=tuple(self._missing),
            conditions=self._conditions,
            files=tuple(self._files),
        )

    def _merged(self, file: File, path: tuple[str, ...], rules: tuple[Node, ...]) -> Mapping:
        self._files.append(file)
        under: Node = Mapping(span=file.root.span)
        own = tuple(one for one in file.root.entries if one.name != "include")
        for item in _items(file.root):
            for other, further in self._found(item, file, (*path, file.name)):
                under = deep_merge(
                    under, self._merged(other, (*path, file.name), (*rules, *further))
                )
        for entry in own:
            if rules:
                self._conditions[entry.name] = rules
            else:
                self._conditions.pop(entry.name, None)
        merged = deep_merge(under, replace(file.root, entries=own))
        return merged if isinstance(merged, Mapping) else file.root

    def _found(
        self, item: Node, file: File, path: tuple[str, ...]
    ) -> Iterator[tuple[File, tuple[Node, ...]]]:
        """The files of one include, each with the rules of the include."""
        fields = Fields(_as_mapping(item), self._context, "an include")
        rules = fields.node("rules")
        inputs = Fields(fields.node("inputs"), self._context, "'inputs'")
        given = {entry.name: entry.value for entry in inputs.rest()}
        asked = fields.scalar("integrity")
        self._report_cache(fields)
        kind = next((one for one in _KINDS if one in fields), "local")
        for name, span, places in self._places(fields, file):
            self._count += 1
            if name in path or len(path) > MAX_DEPTH or self._count > MAX_INCLUDES:
                problem = "a file includes itself" if name in path else "there are too many files"
                self._context.diagnostics.error("include-depth", f"{problem}: {name!r}", span)
                continue
            reader = _Reader(self._context, given, span)
            found = next((one for one in map(reader, places) if one), None)
            if found is not None:
                self._check_content(found, asked)
                yield found, () if rules is None else (rules,)
            elif not self._context.diagnostics.has("unreadable-file"):
                wanted = next((one.path for one in places if one.path), name)
                told = self._context.diagnostics.has("unreachable-file")
                one = Missing(name=name, span=item.span, wanted=wanted, kind=kind, told=told)
                self._missing.append(replace(one, has_rules=rules is not None))
        fields.leftovers("gitlab")

    def _report_cache(self, fields: Fields) -> None:
        """Say of how long GitLab keeps a file that the jobs are the same."""
        entry = fields.entry("cache")
        if entry is not None:
            message = "'cache' has no effect: the file is put in place once"
            self._context.diagnostics.add(
                Diagnostic(
                    code=_NOTHING,
                    severity=Severity.NOTE,
                    message=message,
                    span=entry.span,
                )
            )

    def _check_content(self, file: File, asked: Scalar | None) -> None:
        """A file has to be the one that `integrity` is the hash of."""
        if asked is None:
            return
        found = (
            f"sha256-{b64encode(sha256(file.written.span.source.text.encode()).digest()).decode()}"
        )
        if found != asked.text:
            message = f"{file.name!r} is not the file that 'integrity' asks for: it is {found}"
            self._context.diagnostics.error("include-integrity", message, asked.span)

    def _places(
        self, fields: Fields, file: File
    ) -> Iterator[tuple[str, Span, tuple["Place", ...]]]:
        """The name of each file, where it is named, and where it may lie."""
        kinds = [kind for kind in _KINDS if kind in fields]
        if len(kinds) != 1 and fields.whole is not None:
            message = f"an include has to have one of {', '.join(_KINDS)}"
            self._context.diagnostics.error("include-kind", message, fields.whole.span)
            return
        kind = kinds[0]
        if kind == "project":
            yield from self._of_project(fields, file)
            return
        node = fields.node(kind)
        text = scalar_text(node)
        if node is None or text is None:
            return
        fields.extra("gitlab", "job")
        own = _OWN_COMPONENT.fullmatch(text) if kind == "component" else None
        if own is not None:
            paths = (f"templates/{own['name']}.yml", f"templates/{own['name']}/template.yml")
            places = tuple(Place(path=file.base + one, base=file.base) for one in paths)
            yield f"{kind} {text}", node.span, places
        elif kind == "local":
            yield from self._local(text, node.span, file)
        else:
            asked = Asked(kind, text, file.origin)
            yield shown(kind, text), node.span, self._outside(_outside_path(kind, text), asked)

    def _local(
        self, text: str, span: Span, file: File
    ) -> Iterator[tuple[str, Span, tuple["Place", ...]]]:
        base = file.base
        wanted = text.lstrip("/")
        if file.origin is not None:
            asked = Asked("local", wanted, file.origin)
            yield wanted, span, _remote(address_of(asked))
            return
        if "*" not in wanted:
            yield base + wanted, span, (Place(path=base + wanted, base=base),)
            return
        pattern = re.compile(_glob(base + wanted))
        found = [one for one in self._context.workspace.paths() if pattern.fullmatch(one)]
        for path in found:
            yield path, span, (Place(path=path, base=base),)
        if not found:
            said = f"no file at hand is called like {text!r}, so nothing is included"
            self._context.diagnostics.add(
                Diagnostic(code=_NOTHING, severity=Severity.WARNING, message=said, span=span)
            )

    def _of_project(
        self, fields: Fields, file: File
    ) -> Iterator[tuple[str, Span, tuple["Place", ...]]]:
        project = fields.text("project") or ""
        ref = fields.text("ref")
        for one in fields.scalars("file") or ():
            path = one.text.lstrip("/")
            said = f"{path} of the project {project}{f' at {ref}' if ref else ''}"
            places = self._vendored(f"{project.strip('/')}/{path}", project)
            address = project_address(project, path, ref or "", file.origin)
            yield said, one.span, (*places, *_remote(address))

    def _outside(self, path: str, asked: Asked) -> tuple["Place", ...]:
        """Where a file of another repository may lie: kept for that, or where it comes from."""
        return (*self._vendored(path), *_remote(address_of(asked)))

    def _vendored(self, path: str, project: str = "") -> tuple["Place", ...]:
        root = self._context.options.include_root or USUAL_ROOT
        base = f"{root.rstrip('/')}/"
        own = f"{base}{project.strip('/')}/" if project else base
        names = (
            (path,) if path.endswith((".yml", ".yaml")) else (f"{path}.yml", f"{path}/template.yml")
        )
        return tuple(Place(path=base + one, base=own) for one in names)


class Place(Struct, frozen=True, kw_only=True):
    """A path in the workspace, and the folder that `local` includes of that file start from.

    Or an address of another place.
    """

    path: str = ""
    base: str = ""
    address: Address | None = None


class _Reader(Struct, frozen=True):
    """Reads a file with the inputs that it is handed."""

    context: Context
    given: dict[str, Node]
    at: Span

    def __call__(self, place: Place) -> File | None:
        if place.address is not None:
            return self._fetched(place.address)
        how = Reading(given=self.given, at=self.at, base=place.base)
        return read_file(place.path, self.context, how)

    def _fetched(self, address: Address) -> File | None:
        diagnostics = self.context.diagnostics
        try:
            found = self.context.workspace.fetch(address)
        except UnreadableFile as error:
            diagnostics.warning("unreachable-file", f"the file cannot be fetched: {error}", self.at)
            return None
        if found is None:
            return None
        if found.stale:
            message = "the server does not answer; the file is what it was some time ago"
            diagnostics.warning("stale-file", message, self.at)
        how = Reading(given=self.given, at=self.at, origin=found.origin)
        return read_source(found.source, self.context, how)


def _remote(address: Address | None) -> tuple[Place, ...]:
    return () if address is None else (Place(address=address),)


def shown(kind: str, text: str) -> str:
    """Return how an include is called in messages: what may be a secret is left out."""
    return f"{kind} {_SECRET.sub(lambda found: found[1] or '', text)}"


# of an address: a user with a password, and what follows a `?`
_SECRET = re.compile(r"(://)[^/?#]*@|\?.*")


def _items(root: Mapping) -> tuple[Node, ...]:
    node = root.get("include")
    if isinstance(node, Sequence):
        return node.items
    return () if node is None or (isinstance(node, Scalar) and node.value is None) else (node,)


def _as_mapping(item: Node) -> Node:
    """An include as a mapping; a lone text is an address, or a path in the repository."""
    if not isinstance(item, Scalar):
        return item
    kind = "remote" if _ADDRESS.match(item.text) else "local"
    key = Scalar(text=kind, value=kind, span=item.span)
    return Mapping(entries=(Entry(key=key, value=item),), span=item.span)


def _outside_path(kind: str, text: str) -> str:
    if kind == "template":
        return f"templates/{text}"
    if kind == "remote":
        found = _ADDRESS.match(text)
        return text if found is None else found["place"]
    if kind == "component":
        address, _, _ = text.partition("@")
        project, _, name = address.rpartition("/")
        return f"{project}/templates/{name}"
    return text


def _glob(pattern: str) -> str:
    """A wildcard of a local include as a regular expression: `*` stops at `/`, `**` does not.

    `a/**/*.yml` matches in folders below `a` alone, as GitLab says.
    """
    parts = re.split(r"(\*\*|\*)", pattern)
    words = {"**": ".*", "*": "[^/]*"}
    return "".join(words.get(part) or re.escape(part) for part in parts)
