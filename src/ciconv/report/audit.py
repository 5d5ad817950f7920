"""What an audit of many repositories found: rows, their sums, and how much work a file is."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct

from ciconv.profile import Outcome

MAX_EASY = 3  # losses to read, and none to act on
MAX_MODERATE = 5  # losses to act on
MAX_REASONS = 3
TOP = 20


class Effort(StrEnum):
    """How much work a migration of a file is."""

    EASY = "easy"  # nothing to create, hardly anything to read
    MODERATE = "moderate"
    HARD = "hard"
    BROKEN = "broken"  # the file has errors, or the conversion failed


class Target(Struct, frozen=True, kw_only=True):
    """What becomes of a file in one format."""

    outcomes: dict[str, int]  # losses by outcome
    effort: Effort
    reasons: tuple[str, ...] = ()  # the features that make the effort, the most frequent first


class Row(Struct, frozen=True, kw_only=True):
    """One pipeline file."""

    repository: str
    path: str
    format: str
    digest: str  # of its text, the version and the targets: what the row depends on
    jobs: int = 0
    steps: int = 0
    features: dict[str, int] = {}  # that another format lacks, by how often they are used
    unmapped: dict[str, int] = {}  # actions, orbs and steps without a counterpart
    errors: tuple[str, ...] = ()
    targets: dict[str, Target] = {}


def effort_of(outcomes: Counter[str], failed: bool) -> Effort:
    """Return the class of a file by its losses."""
    if failed:
        return Effort.BROKEN
    acted = outcomes[Outcome.MANUAL]
    if not acted and outcomes[Outcome.APPROXIMATED] + outcomes[Outcome.DROPPED] <= MAX_EASY:
        return Effort.EASY
    return Effort.MODERATE if acted <= MAX_MODERATE else Effort.HARD


class Audit(Struct, frozen=True, kw_only=True):
    """All rows, and the repositories that could not be looked at, with the reason."""

    rows: tuple[Row, ...]
    targets: tuple[str, ...]
    unreadable: dict[str, str] = {}

    def efforts(self, target: str) -> dict[Effort, int]:
        """Return how many files are of each class for a target."""
        found = Counter(row.targets[target].effort for row in self.rows if target in row.targets)
        return {effort: found[effort] for effort in Effort}

    def formats(self) -> dict[str, int]:
        """Return how many files there are of each format."""
        return dict(Counter(row.format for row in self.rows).most_common())

    def top(self, field: str) -> dict[str, int]:
        """Return the most frequent features, or what is unmapped, with the number of files."""
        found = Counter(name for row in self.rows for name in getattr(row, field))
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:TOP])


def render_text(audit: Audit) -> str:
    """Return a table of the files and the sums below it."""
    head = ("repository", "file", "format", "jobs", "steps", *audit.targets)
    lines = [head, *(_cells(row, audit.targets) for row in audit.rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    text = "".join(_line(line, widths) for line in lines)
    parts = [text, *(_sums(audit, target) for target in audit.targets)]
    unmapped = audit.top("unmapped")
    if unmapped:
        listed = "".join(f"  {count:>4}  {name}\n" for name, count in unmapped.items())
        parts.append(f"steps without a counterpart, by the number of files:\n{listed}")
    parts += [f"not looked at: {name}: {why}\n" for name, why in audit.unreadable.items()]
    return "\n".join(parts)


def _cells(row: Row, targets: Iterable[str]) -> tuple[str, ...]:
    efforts = (row.targets[one].effort.value if one in row.targets else "" for one in targets)
    return (row.repository, row.path, row.format, str(row.jobs), str(row.steps), *efforts)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (f"{one:<{width}}" for one, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip() + "\n"


def _sums(audit: Audit, target: str) -> str:
    return f"to {target}: {said(audit.efforts(target))}\n"


def said(efforts: Mapping[Effort, int]) -> str:
    """Return how many files are of each class, in words."""
    return ", ".join(f"{count} {effort}" for effort, count in efforts.items() if count) or "nothing"


def render_json(audit: Audit) -> str:
    """Return one JSON object: `rows`, `targets`, `unreadable`."""
    return json.dumps(msgspec.to_builtins(audit), indent=1, ensure_ascii=False) + "\n"


def render_csv(audit: Audit) -> str:
    """Return one line for each file and target."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    outcomes = [one.value for one in Outcome]
    writer.writerow(
        ["repository", "path", "format", "jobs", "steps", "target", "effort", *outcomes, "reasons"]
    )
    for row in audit.rows:
        for name, target in row.targets.items():
            counts = [target.outcomes.get(one, 0) for one in outcomes]
            about = [row.repository, row.path, row.format, row.jobs, row.steps]
            writer.writerow([*about, name, target.effort.value, *counts, " ".join(target.reasons)])
    return stream.getvalue()
