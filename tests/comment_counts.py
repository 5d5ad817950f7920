"""Counting the comments of a pipeline that stand in what it became, in any format.

`python tests/comment_counts.py FOLDER FORMAT` counts those of a folder of files.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

import ciconv
from ciconv.api import Conversion
from ciconv.diagnostics import Diagnostics
from ciconv.source import Source
from ciconv.syntax import yaml
from ciconv.syntax.groovy.lexer import tokenize
from ciconv.syntax.node import comments_in

TARGETS = ("github", "gitlab", "circleci", "jenkins", "nixactions")
PATHS = {
    "github": ".github/workflows/x.yml",
    "gitlab": ".gitlab-ci.yml",
    "circleci": ".circleci/config.yml",
    "jenkins": "Jenkinsfile",
}
_PIN = re.compile(r"@[0-9a-f]{40}['\"]?\s*$")


class Fate(StrEnum):
    """What became of a comment."""

    KEPT = "kept"
    PIN = "version of a pin"  # of a SHA that is not written: nothing is left to be explained
    LOST = "lost"


class Found(Struct, frozen=True):
    """A comment of the source: where, what, and what became of it."""

    path: str
    line: int
    text: str
    fate: Fate


def fates(files: Mapping[str, str], made: Conversion) -> Iterator[Found]:
    """Yield what became of each comment of the files; nothing where there is no output."""
    lines = [_words(one) for path, text in made.files.items() for _, one in comments(path, text)]
    written, whole = Counter(lines), " ".join(filter(None, lines))
    for path, text in files.items() if made.files else ():
        for line, comment in comments(path, text):
            if _words(comment):
                is_there = "\n" in comment and _words(comment) in whole  # in lines of its own
                source = text.splitlines()[line - 1]
                fate = Fate.KEPT if is_there else _fate(comment, source, written)
                yield Found(path, line, comment, fate)


def _fate(comment: str, line: str, written: Counter[str]) -> Fate:
    """What became of a comment; of several that say the same each takes one that is written."""
    words = _words(comment)
    if written[words]:
        written[words] -= 1
        return Fate.KEPT
    return Fate.PIN if _PIN.search(line.partition("#")[0]) else Fate.LOST


def comments(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of a file with their lines, in the language that its path asks for."""
    source = Source(path, text)
    if path.endswith((".yml", ".yaml")):
        for document in yaml.parse(source, Diagnostics()):
            for one in (*document.leading, *comments_in(document.root)):
                yield one.span.start.line, one.text
    elif "Jenkinsfile" in path:
        for remark in tokenize(text).remarks:
            yield source.position(remark.start).line, text[remark.start : remark.end]
    elif path.endswith(".nix"):
        for number, line in enumerate(text.splitlines(), 1):
            if line.lstrip().startswith("#"):
                yield number, line


def _words(comment: str) -> str:
    return " ".join(re.findall(r"\w+", comment))


def main(folder: str, format: str) -> None:
    """Print for each target how many comments of the files of a folder are kept."""
    for target in TARGETS:
        counts: Counter[Fate] = Counter()
        for path in sorted(Path(folder).iterdir()):
            files = {PATHS[format]: path.read_bytes().decode("utf-8", "replace")}
            found = tuple(fates(files, ciconv.convert(files, to=target, format=format)))
            counts.update(one.fate for one in found)
            lost = (one for one in found if one.fate is Fate.LOST)
            print("".join(f"{path.name}:{one.line}: {one.text}\n" for one in lost), end="")
        asked = counts.total() - counts[Fate.PIN]
        share = counts[Fate.KEPT] / max(asked, 1)
        print(f"{format}->{target}", dict(counts), f"{share:.1%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
