"""Writing trees of patterns as globs of GitHub: letters, classes, `*`, `**`, `?` and `+`."""

from itertools import chain, islice, product

from ciconv.ir.pattern.charset import DIGITS, LETTERS, NOT_SLASH, CharSet, complement, has, of
from ciconv.ir.pattern.matching import tree_of
from ciconv.ir.pattern.tree import At, Chars, Choice, Guard, Repeat, Sequence, Tree, UnknownPattern
from ciconv.ir.trigger import Pattern, PatternSyntax

MAX_GLOBS = 16  # that one pattern may become
_BEGIN, _END = "(begin)", "(end)"  # other pieces are letters, classes and stars
# what `.` does not match; names of branches and files have no line breaks
_BREAKS = ((), of("\n"), of("\n\r\x85\u2028\u2029"))
_SIMPLE = frozenset(range(0x30, 0x3A)) | frozenset(range(0x41, 0x5B)) | frozenset(range(0x61, 0x7B))

Pieces = tuple[str, ...]


class _NoGlob(Exception):
    """The pattern says something that no glob says."""


def globs(pattern: Pattern) -> tuple[str, ...] | None:
    """Return globs that together match what a pattern of another language matches."""
    if pattern.syntax is PatternSyntax.EXACT:
        glob = "".join(map(_escaped, pattern.text))
        return (f"\\{glob}" if glob.startswith("!") else glob,)
    try:
        found = _alternatives(tree_of(pattern.syntax, pattern.text))
        searched = pattern.syntax is PatternSyntax.RE2
        return tuple(dict.fromkeys(_joined(one, searched=searched) for one in found))
    except (_NoGlob, UnknownPattern):
        return None


def _escaped(letter: str) -> str:
    """A letter as a glob that matches it and nothing else."""
    return f"\\{letter}" if letter in "*?+[]\\" else letter


def _alternatives(tree: Tree) -> list[Pieces]:
    match tree:
        case Chars():
            return [(_class(tree.chars),)]
        case At():
            return [(_guard(tree.guard),)]
        case Sequence():
            rows = islice(product(*map(_alternatives, tree.parts)), MAX_GLOBS + 1)
            found = [tuple(chain.from_iterable(parts)) for parts in rows]
        case Choice():
            found = [one for part in tree.parts for one in _alternatives(part)]
        case Repeat():
            found = _repeated(tree)
    if len(found) > MAX_GLOBS:
        raise _NoGlob
    return found


def _guard(guard: Guard) -> str:
    if guard in (Guard.BEGIN, Guard.END):
        return _BEGIN if guard is Guard.BEGIN else _END
    raise _NoGlob


def _repeated(tree: Repeat) -> list[Pieces]:
    part, least, most = tree.part, tree.least, tree.most
    if isinstance(part, Chars) and (least, most) == (0, None):
        if part.chars == NOT_SLASH:
            return [("*",)]
        if has(part.chars, "/") and has(part.chars, "x") and complement(part.chars) in _BREAKS:
            return [("**",)]
    once = _alternatives(part)
    if most is not None and most <= MAX_GLOBS:
        return [pieces * number for number in range(least, most + 1) for pieces in once]
    if most is None and len(once) == 1 and isinstance(part, Chars) and least <= MAX_GLOBS:
        (piece,) = once[0]
        more = (*once[0] * max(0, least - 1), f"{piece}+")
        return [more] if least else [(), more]
    raise _NoGlob


def _class(chars: CharSet) -> str:
    """One letter, or a class of letters and digits."""
    if len(chars) == 1 and chars[0][0] == chars[0][1]:
        return _escaped(chr(chars[0][0]))
    if any(first not in _SIMPLE or last not in _SIMPLE for first, last in chars):
        raise _NoGlob
    if any(not _is_inside(first, last) for first, last in chars):
        raise _NoGlob
    ranges = (chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in chars)
    return f"[{''.join(ranges)}]"


def _is_inside(first: int, last: int) -> bool:
    """Whether a range has letters of one case alone, or digits alone."""
    return any(low <= first and last <= high for low, high in (*LETTERS, *DIGITS))


def _joined(pieces: Pieces, *, searched: bool) -> str:
    """The glob of pieces; a search may begin and end anywhere, but for its guards."""
    begins, ends = pieces[:1] == (_BEGIN,), pieces[-1:] == (_END,)
    inner = list(pieces[begins : len(pieces) - ends])
    if _BEGIN in inner or _END in inner:
        raise _NoGlob
    if searched:
        inner = ([] if begins else ["**"]) + inner + ([] if ends else ["**"])
    kept: list[str] = []
    for piece in inner:
        if kept and kept[-1] == "**" and piece in ("*", "**"):
            continue  # `**` matches that as well
        if kept and kept[-1] == "*" and piece in ("*", "**"):
            kept.pop()
        if kept and kept[-1] == "**" and piece.startswith("/"):
            raise _NoGlob  # `**/` may be nothing at all
        kept.append(piece)
    glob = "".join(kept)
    return f"\\{glob}" if glob.startswith("!") else glob
