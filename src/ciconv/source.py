"""Sources and places in them: the text of one file, spans of it, and the folder it lives in."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Protocol

from msgspec import Struct

from ciconv.remote import Address, Remote, Unreachable

MAX_FILE_CHARACTERS = 4_000_000
MAX_FILES = 5_000


class Position(Struct, frozen=True):
    """A place in a text: `offset` counts characters from 0; `line` and `column` from 1."""

    offset: int
    line: int
    column: int


class Source(Struct, frozen=True, eq=False, dict=True):
    """The text of one file and its repository-relative path, which is also its `str`."""

    path: str
    text: str

    def __str__(self) -> str:
        return self.path

    @property
    def line_starts(self) -> list[int]:
        """Offsets at which lines begin; a line ends at LF, CR LF or a lone CR."""
        starts: list[int] | None = self.__dict__.get("_line_starts")
        if starts is None:
            starts = list(_line_starts(self.text))
            self.__dict__["_line_starts"] = starts
        return starts

    def position(self, offset: int) -> Position:
        """Return the place of an offset; one past the end is allowed."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return Position(offset, line, offset - starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line break."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def span(self, start: int, end: int) -> "Span":
        """Return the span between two offsets."""
        return Span(self, start, end)


def _line_starts(text: str) -> Iterator[int]:
    yield 0
    if "\r" not in text:
        at = text.find("\n")
        while at >= 0:
            yield at + 1
            at = text.find("\n", at + 1)
        return
    for offset, character in enumerate(text):
        if character == "\n" or (character == "\r" and text[offset + 1 : offset + 2] != "\n"):
            yield offset + 1


class Span(Struct, frozen=True, eq=False, gc=False):
    """A stretch of a source. Lines and columns are worked out only when somebody asks."""

    source: Source
    start_offset: int
    end_offset: int  # exclusive

    @property
    def start(self) -> Position:
        """Where the span begins."""
        return self.source.position(self.start_offset)

    @property
    def end(self) -> Position:
        """Where the span ends (exclusive)."""
        return self.source.position(self.end_offset)

    @property
    def text(self) -> str:
        """The text that the span covers."""
        return self.source.text[self.start_offset : self.end_offset]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Span)
            and self.source.path == other.source.path
            and self.start_offset == other.start_offset
            and self.end_offset == other.end_offset
        )

    def __ne__(self, other: object) -> bool:  # msgspec's own compares identities
        return not self == other

    def __hash__(self) -> int:
        return hash((self.source.path, self.start_offset, self.end_offset))

    def __str__(self) -> str:
        start = self.start
        return f"{self.source.path}:{start.line}:{start.column}"

    def contains(self, other: "Span") -> bool:
        """Return whether another place lies in this one."""
        within = self.start_offset <= other.start_offset and other.end_offset <= self.end_offset
        return within and self.source.path == other.source.path

    def to(self, other: "Span") -> "Span":
        """Return the span from the start of this one to the end of the other."""
        return Span(self.source, self.start_offset, max(self.end_offset, other.end_offset))


NOWHERE = Span(Source("", ""), 0, 0)  # the span of what a writer made up


class Comment(Struct, frozen=True):
    """A comment of a source: its text without the sign and the blank behind that.

    Further blanks belong to the text, as what is commented out may be a piece of code.
    """

    text: str
    span: Span
    inline: bool = False  # stands behind something on its line


class UnreadableFile(Exception):
    """A file of a workspace that cannot be given as text; the message says why."""


class Loader(Protocol):
    """Where a workspace gets its files from. Paths are repository-relative, with `/`."""

    def load(self, path: str) -> str | None:
        """Return the text of a file, None when there is none; raise UnreadableFile."""

    def paths(self) -> tuple[str, ...]:
        """Return the paths of all files, sorted."""


class MappingLoader(Struct, frozen=True):
    """Files given as a mapping of path to text."""

    files: Mapping[str, str]

    def load(self, path: str) -> str | None:
        return self.files.get(path)

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))


class FolderLoader(Struct, frozen=True):
    """Files below a folder of the disk; nothing outside of it, symlinks included, is read."""

    root: Path

    def load(self, path: str) -> str | None:
        if not (self.root / path).exists():  # most files that are asked for are not there
            return None
        file = (self.root / path).resolve()
        if not file.is_relative_to(_resolved(self.root)):
            raise UnreadableFile(f"{path!r} leads out of the repository")
        if not file.is_file():
            raise UnreadableFile(f"{path!r} is not a file")
        return _read_text(file, path)

    def paths(self) -> tuple[str, ...]:
        found: list[str] = []
        waiting = [self.root]
        while waiting and len(found) < MAX_FILES:
            folder = waiting.pop()
            try:
                children = sorted(folder.iterdir())
            except OSError:
                continue
            for child in children:
                if child.is_symlink() or child.name in (".git", "node_modules"):
                    continue
                if child.is_dir():
                    waiting.append(child)
                else:
                    found.append(child.relative_to(self.root).as_posix())
        return tuple(sorted(found))


@lru_cache(maxsize=16)
def _resolved(folder: Path) -> Path:
    return folder.resolve()


def _read_text(file: Path, path: str) -> str:
    try:
        if file.stat().st_size > 4 * MAX_FILE_CHARACTERS:
            raise UnreadableFile(f"{path!r} is larger than {4 * MAX_FILE_CHARACTERS} bytes")
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path!r} is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise UnreadableFile(f"{path!r} cannot be read: {error.strerror}") from error


class Workspace(Struct, frozen=True, dict=True):
    """One repository: every file a conversion may read comes through here, and stays inside."""

    loader: Loader
    name: str = ""  # how people call it: the folder's name
    focus: tuple[str, ...] = ()  # the files asked for; empty: all
    remote: Remote | None = None  # for files of other projects; None: they are not at hand

    @classmethod
    def of(cls, source: "Path | Mapping[str, str] | Workspace") -> "Workspace":
        """Return the workspace of a file, of a folder, or of texts by path.

        A file's workspace is the folder its well-known path hangs from, else the nearest git
        root, else its parent.
        """
        if isinstance(source, Workspace):
            return source
        if isinstance(source, Mapping):
            return cls(MappingLoader(source))
        path = Path(source).absolute()
        if path.is_dir():
            return cls(FolderLoader(path), name=path.name)
        root = _root_of(path)
        return cls(FolderLoader(root), name=root.name, focus=(path.relative_to(root).as_posix(),))

    def read(self, path: str) -> Source | None:
        """Return the file, None when there is none; raise UnreadableFile for one not to be had."""
        clean = _inside(path)
        if clean is None:
            raise UnreadableFile(f"{path!r} leads out of the repository")
        cache: dict[str, Source | None] = self.__dict__.setdefault("_sources", {})
        if clean not in cache:
            text = self.loader.load(clean)
            if text is not None and len(text) > MAX_FILE_CHARACTERS:
                raise UnreadableFile(
                    f"{path!r} has {len(text)} characters, more than {MAX_FILE_CHARACTERS}"
                )
            cache[clean] = None if text is None else Source(clean, text)
        return cache[clean]

    def readable(self, path: str) -> Source | None:
        """Return the file, None for one that is not there or cannot be read."""
        try:
            return self.read(path)
        except UnreadableFile:
            return None

    def has_read(self, path: str) -> bool:
        """Return whether somebody asked for a file that is there."""
        sources: dict[str, Source | None] = self.__dict__.get("_sources", {})
        return sources.get(path) is not None

    def fetch(self, address: Address) -> "Fetched | None":
        """Return a file of another place, None without a network to ask; raise UnreadableFile."""
        if self.remote is None:
            return None
        try:
            answer = self.remote.ask(address)
        except Unreachable as error:
            raise UnreadableFile(str(error)) from None
        source = Source(str(answer.origin), answer.text)
        return Fetched(source=source, origin=answer.origin, stale=answer.stale)

    def paths(self) -> tuple[str, ...]:
        """Return the paths of all files (bounded), sorted."""
        return self.loader.paths()


class Fetched(Struct, frozen=True, kw_only=True):
    """A file of another place, and where from: files beside it are asked for with that."""

    source: Source
    origin: Address
    stale: bool  # the server did not answer: this is from the cache, and old


_WELL_KNOWN = (
    (".github", "workflows"),
    (".circleci",),
    ("nix",),
)


def _root_of(file: Path) -> Path:
    folder = file.parent
    for parts in _WELL_KNOWN:
        if folder.parts[-len(parts) :] == parts:
            return folder.parents[len(parts) - 1]
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            return parent
    return folder


def _inside(path: str) -> str | None:
    """The path without `.` and `..`, or None when it leads outside."""
    parts: list[str] = []
    if path.startswith("/") or "\0" in path:
        return None
    for part in PurePosixPath(path).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
