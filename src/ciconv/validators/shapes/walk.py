"""Walking through a file by the table of its format: what does not fit, and where text stands."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.fields import is_null, kind_of
from ciconv.diagnostics import Fix
from ciconv.source import Span
from ciconv.syntax.node import Alias, Entry, Mapping, Node, Scalar, Sequence, Style, Value, resolve
from ciconv.validators.shapes.shape import Shape, Table

MAX_LISTED = 16  # words of a message
MAX_NODES = 100_000  # aliases may make a small file large

_OPENING = "${{"
_BOOLEANS = ("yes", "on", "true", "no", "off", "false")
# tags of YAML 1.2 and what a plain scalar behind them has to be; nothing: any text
_TAGS = {"!": "", "!!str": "", "!!null": "", "!!bool": "boolean", "!!int": "integer"}
_TAGS["!!float"] = "number"
_WANTED = {
    "text": "text",
    "string": "text",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
}


class Fault(Struct, frozen=True):
    """Something that does not fit: the code of its rule, what to say, and where."""

    code: str
    message: str
    span: Span
    help: str = ""
    related: Span | None = None
    related_message: str = ""
    error: bool = True
    fix: Fix | None = None


class Site(Struct, frozen=True):
    """A scalar with the path of keys that leads to it, and whose expressions it may hold."""

    path: tuple[str, ...]
    scalar: Scalar
    available: str  # the name of a set of the table; empty: no expression may stand here
    shape: str
    whole: bool = False  # one expression gives a list or a mapping


class _Here(Struct, frozen=True):
    """Where the walk is: the key that leads there, all keys, and what may be said of it."""

    at: Span
    path: tuple[str, ...]
    place: str  # the set of contexts of expressions
    named: str  # the shape as it was asked for

    def below(self, key: str, at: Span) -> "_Here":
        return _Here(at, (*self.path, key), self.place, "")


class Walk:
    """The faults and the texts of one file."""

    def __init__(
        self, table: Table, *, expressions: bool, old_words: bool = False, hole: str = ""
    ) -> None:
        self.faults: list[Fault] = []
        self.sites: list[Site] = []
        self._table = table
        self._expressions = expressions  # whether `${{ }}` means anything in this format
        self._old_words = old_words  # whether yes and no are booleans, as in YAML 1.1
        self._hole = hole  # in a text that is another one before it is judged
        self._count = 0

    def visit(self, node: Node, named: str, at: Span, path: tuple[str, ...] = ()) -> None:
        """Check a node against a shape; `at` is the key it stands behind, `path` leads there."""
        self._visit(node, named, _Here(at, path, "", named))

    def _visit(self, node: Node, named: str, here: _Here) -> None:
        self._count += 1
        name, _, own = named.partition("@")
        here = _Here(here.at, here.path, own or here.place, named)
        shape = self._table.shapes[name]
        if isinstance(node, Alias):
            node = resolve(node)
        if self._count > MAX_NODES or name == "any" or (node.tag or "").startswith("!ref"):
            return
        if isinstance(node, Mapping) and shape.choose:
            chosen = next((one for key, one in shape.choose.items() if node.get(key)), "")
            self._visit(node, chosen or shape.choose[""], here)
        elif isinstance(node, Mapping):
            self._mapping(node, shape, here)
        elif isinstance(node, Sequence):
            self._sequence(node, shape, here)
        elif isinstance(node, Scalar):
            self._scalar(node, shape, here)

    def _mapping(self, node: Mapping, shape: Shape, here: _Here) -> None:
        if not (shape.keys or shape.values):
            self._wrong(node, shape, here)
            return
        if not node.entries and not (shape.empty or shape.no_entries):
            self._empty(node.span, shape, here)
        self._repeated(node, shape)
        for entry in node.entries:
            named = shape.keys.get(entry.name) or (shape.values if entry.name != "<<" else "")
            if named:
                below = here.below(entry.name, entry.key.span)
                self._key(entry.key, below)
                self._visit(entry.value, named, below)
            elif entry.name != "<<":
                self._unknown(entry, shape, node)
        self._missing(node, shape, here.at)
        self._excluding(node, shape, here.at)

    def _key(self, key: Node, here: _Here) -> None:
        """A key that the user chooses may hold an expression as well."""
        if self._expressions and here.place and isinstance(key, Scalar) and _OPENING in key.text:
            self.sites.append(Site(here.path, key, here.place, "text"))

    def _unknown(self, entry: Entry, shape: Shape, holder: Mapping) -> None:
        from difflib import get_close_matches  # loaded when something is wrong, not before

        given = {one.name for one in holder.entries}
        close = get_close_matches(entry.name.lower(), list(shape.keys), 1)
        help = f"did you mean {close[0]!r}?" if close else f"it knows {_listed(sorted(shape.keys))}"
        said = f"{entry.name!r} is not a key of {shape.what}"
        free = bool(close) and close[0] not in given
        fix = Fix(entry.key.span, close[0], safe=False) if free else None
        hard = not shape.loose or bool(close)
        self.faults.append(Fault("unknown-key", said, entry.key.span, help, fix=fix, error=hard))

    def _missing(self, node: Mapping, shape: Shape, at: Span) -> None:
        names = {entry.name for entry in node.entries}
        if "<<" in names:
            return
        wanted = shape.required
        if shape.together and names & set(shape.together):
            wanted = (*wanted, *shape.together)
        for key in (one for one in wanted if one not in names):
            self.faults.append(Fault("missing-key", f"{shape.what} needs the key {key!r}", at))
        for key in (one for one in shape.usual if one not in names):
            said = f"{shape.what} without the key {key!r} does nothing"
            self.faults.append(Fault("missing-key", said, at, error=False))

    def _excluding(self, node: Mapping, shape: Shape, at: Span) -> None:
        given = {entry.name: entry for entry in node.entries}
        chosen = [given[key] for key in shape.one_of if key in given]
        if shape.one_of and not chosen and "<<" not in given:
            said = f"{shape.what} needs one of the keys {_listed(shape.one_of)}"
            self.faults.append(Fault("missing-key", said, at))
        pairs = [chosen] if len(chosen) > 1 else []
        beside = [given[key] for key in shape.apart if key in given]
        if beside and beside[0].name == shape.apart[0]:
            pairs += [[beside[0], one] for one in beside[1:]]
        for one, other, *_ in pairs:
            said = f"{one.name!r} and {other.name!r} exclude each other"
            self.faults.append(Fault("wrong-value", said, other.key.span))

    def _repeated(self, node: Mapping, shape: Shape) -> None:
        """Keys of GitHub that differ in case alone are one key."""
        seen: dict[str, Entry] = {}
        for entry in node.entries:
            name = entry.name if shape.same_case else entry.name.lower()
            first = seen.setdefault(name, entry)
            if first is not entry and entry.name and entry.name != "<<":
                said = f"the key {entry.name!r} stands twice"
                if first.name != entry.name:
                    both = f"{first.name!r} and {entry.name!r}"
                    said = f"the keys {both} are the same: case does not count"
                where = (first.key.span, "the first one")
                self.faults.append(Fault("duplicate-key", said, entry.key.span, "", *where))

    def _sequence(self, node: Sequence, shape: Shape, here: _Here) -> None:
        if not shape.list:
            if node.items or not shape.empty or shape.given or shape.scalar:
                self._wrong(node, shape, here)
            return
        if not node.items and not shape.empty:
            self._empty(node.span, shape, here)
        if shape.most and len(node.items) > shape.most:
            said = f"{_last(here)!r} has {len(node.items)} items, and at most {shape.most} count"
            self.faults.append(Fault("wrong-number", said, node.span))
        if shape.levels and _levels(node) > shape.levels:
            said = f"{_last(here)!r} has more than {shape.levels} levels of lists"
            self.faults.append(Fault("wrong-type", said, node.span))
        for number, item in enumerate(node.items):
            self._visit(item, shape.list, here.below(str(number), item.span))

    def _scalar(self, node: Scalar, shape: Shape, here: _Here) -> None:
        if node.tag is not None and self._expressions:
            self._tagged(node)
        if is_null(node) or not node.text.strip():
            self._nothing(node, shape, here)
            return
        if self._hole and self._hole in node.text:
            return
        site = Site(here.path, node, here.place, here.named)
        if self._expressions and here.place and _OPENING in node.text:
            if shape.scalar == "text":
                self.sites.append(site)
            elif is_one_expression(node.text) and _takes_whole(shape):
                self.sites.append(replace(site, whole=not shape.scalar))
            else:
                self._wrong(node, shape, here)
            return
        self.sites.append(site)
        self._constant(node, shape, here)

    def _tagged(self, node: Scalar) -> None:
        """GitHub knows the tags of YAML's core, and takes them at their word."""
        plain, tag = node.style is Style.PLAIN, node.tag or ""
        if tag not in _TAGS:
            said = f"GitHub does not know the tag {tag!r}"
        elif _TAGS[tag] and not (plain and _fits(node.value, _TAGS[tag])):
            said = f"{node.text!r} is not what the tag {tag!r} says"
        else:
            return
        self.faults.append(Fault("wrong-type", said, node.span, "take the tag out"))

    def _nothing(self, node: Scalar, shape: Shape, here: _Here) -> None:
        if (shape.empty and not shape.given) or (shape.nothing and is_null(node)):
            return
        if shape.required and is_null(node):
            self._missing(Mapping(span=node.span), shape, here.at)
        else:
            hard = (shape.scalar != "" or bool(shape.choose) or shape.given) and not shape.soft
            self._empty(node.span if node.text else here.at, shape, here, hard=hard)

    def _constant(self, node: Scalar, shape: Shape, here: _Here) -> None:
        value = node.value
        if self._old_words and node.style is Style.PLAIN and node.text.lower() in _BOOLEANS:
            value = node.text.lower() in _BOOLEANS[:3]
        if not _fits(value, shape.scalar) and not (self._old_words and "$" in node.text):
            self._wrong(node, shape, here)
        elif shape.longest and len(node.text) > shape.longest:
            said = f"{_last(here)!r} has {len(node.text)} characters; {shape.longest} are the most"
            self.faults.append(Fault("wrong-number", said, node.span))
        elif shape.words and node.text not in shape.words:
            self._no_word(node, shape, here)
        elif shape.above is not None and isinstance(value, int | float) and value <= shape.above:
            said = f"{_last(here)!r} has to be greater than {shape.above:g}, not {node.text}"
            self.faults.append(Fault("wrong-number", said, node.span))
        elif shape.below is not None and isinstance(value, int | float) and value >= shape.below:
            said = f"{_last(here)!r} has to be less than {shape.below:g}, not {node.text}"
            self.faults.append(Fault("wrong-number", said, node.span))
        elif shape.pattern and "$" not in node.text and not re.fullmatch(shape.pattern, node.text):
            said = f"{node.text!r} is not {shape.what or 'a valid value'}"
            self.faults.append(Fault("wrong-value", said, node.span))

    def _no_word(self, node: Scalar, shape: Shape, here: _Here) -> None:
        from difflib import get_close_matches

        close = get_close_matches(node.text, shape.words, 1)
        help = f"did you mean {close[0]!r}?" if close else f"there are {_listed(shape.words)}"
        said = f"{node.text!r} is not a value of {_last(here)!r}"
        fix = Fix(node.span, close[0], safe=False) if close else None
        self.faults.append(Fault("wrong-value", said, node.span, help, fix=fix))

    def _wrong(self, node: Node, shape: Shape, here: _Here) -> None:
        wanted = " or ".join(_wanted(shape, self._expressions))
        said = f"{_last(here)!r} has to be {wanted}, not {kind_of(node)}"
        if shape.scalar == "string" and isinstance(node, Scalar):
            fix = Fix(node.span, f'"{node.span.text}"', safe=False)
            self.faults.append(Fault("wrong-type", said, node.span, "put it in quotes", fix=fix))
        else:
            self.faults.append(Fault("wrong-type", said, node.span))

    def _empty(self, span: Span, shape: Shape, here: _Here, hard: bool = False) -> None:
        hard = hard or shape.filled or bool(shape.required)
        self.faults.append(Fault("empty-value", f"{_last(here)!r} is empty", span, error=hard))


def _listed(words: Iterable[str]) -> str:
    """Return words for a message: the first of many."""
    listed = tuple(words)
    more = len(listed) - MAX_LISTED
    end = f" and {more} more" if more > 0 else ""
    return ", ".join(listed[:MAX_LISTED]) + end


def _levels(node: Node) -> int:
    """How many lists stand inside of each other."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, level = waiting.pop()
        if isinstance(one, Sequence):
            deepest = max(deepest, level)
            waiting += [(resolve(item), level + 1) for item in one.items]
    return deepest


def _takes_whole(shape: Shape) -> bool:
    """Whether one expression may give the whole value."""
    return shape.expression or shape.scalar in ("boolean", "number", "integer")


def _fits(value: Value, wanted: str) -> bool:
    if wanted == "boolean":
        return isinstance(value, bool)
    if wanted in ("number", "integer"):
        kinds = int if wanted == "integer" else int | float
        return isinstance(value, kinds) and not isinstance(value, bool)
    return wanted == "text" or (wanted == "string" and isinstance(value, str))


def _wanted(shape: Shape, expressions: bool) -> Iterator[str]:
    if shape.scalar in _WANTED:
        yield _WANTED[shape.scalar]
    if expressions and _takes_whole(shape):
        yield "an expression"
    if shape.list:
        yield "a list"
    if shape.keys or shape.values or shape.choose:
        yield "a mapping"


def _last(here: _Here) -> str:
    """The last key that is no number of a list."""
    return next((one for one in reversed(here.path) if not one.isdecimal()), "the file")


def is_one_expression(text: str) -> bool:
    """Whether a text is one `${{ }}` and nothing else."""
    text = text.strip()
    return text.startswith(_OPENING) and text.endswith("}}") and text.count(_OPENING) == 1
