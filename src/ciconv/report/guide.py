"""What a migration guide says, apart from how it is set: Markdown and HTML read the same facts."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.profile import Outcome
from ciconv.report.inventory import Item
from ciconv.simulation.compare.difference import Difference
from ciconv.simulation.event import Event
from ciconv.simulation.plan import Plan
from ciconv.simulation.verify import Verification


class Picture(Struct, frozen=True, kw_only=True):
    """One side as a picture: SVG where something draws it, Mermaid always."""

    svg: str = ""
    mermaid: str = ""


class Link(Struct, frozen=True, kw_only=True):
    """A job on both sides: its lines in the files of source and target, from 1."""

    job: str
    source: tuple[str, int]
    target: tuple[str, int]


class Row(Struct, frozen=True, kw_only=True):
    """One event: how many jobs it runs, and whether the target does the same."""

    event: str
    jobs: int
    verdict: str  # equal, explained or different
    differences: int


class Guide(Struct, frozen=True, kw_only=True):
    """Everything about one conversion."""

    name: str  # of the repository
    origin: str  # titles of the formats
    target: str
    target_name: str  # the format's name, for commands
    source_files: dict[str, str]
    target_files: dict[str, str]
    diagnostics: tuple[Diagnostic, ...]
    verification: Verification | None
    plans: tuple[Plan, ...]  # of the source, for the first events
    inventory: tuple[Item, ...]
    before: Picture
    after: Picture
    links: tuple[Link, ...] = ()

    def losses(self, outcome: Outcome) -> tuple[Diagnostic, ...]:
        """The losses of one outcome; what is said at several places once for each place."""
        found = (one for one in self.diagnostics if one.loss is not None)
        return tuple(one for one in found if one.loss and one.loss.outcome is outcome)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What made the conversion impossible."""
        return tuple(one for one in self.diagnostics if one.severity is Severity.ERROR)

    @property
    def verdict(self) -> str:
        """In one sentence, whether both sides do the same."""
        if self.verification is None:
            return "The two sides were not compared."
        events = len(self.verification.events)
        said = f"{events} event{'' if events == 1 else 's'}"
        open_ones = len(self.verification.unexplained)
        if open_ones:
            plural = "differences" if open_ones > 1 else "difference"
            return f"Compared for {said}: {open_ones} {plural} that no loss below explains."
        explained = len(self.verification.differences)
        if not explained:
            return f"Compared for {said}: both sides do the same."
        return f"Compared for {said}: what differs is named among the losses below."


def rows(guide: Guide) -> Iterator[Row]:
    """Yield the verdict for each event that was planned."""
    for plan in guide.plans:
        found = [] if guide.verification is None else _of_event(guide.verification, plan.event)
        kinds = {one.explained for one in found}
        verdict = "different" if False in kinds else "explained" if kinds else "equal"
        jobs = sum(job.runs for one in plan.pipelines if one.starts for job in one.jobs)
        yield Row(event=str(plan.event), jobs=jobs, verdict=verdict, differences=len(found))


def _of_event(verification: Verification, event: Event) -> list[Difference]:
    return [one for one in verification.differences if event in one.events]


def by_message(losses: Iterable[Diagnostic]) -> dict[tuple[str, str, str], list[Diagnostic]]:
    """Return losses that say the same, with their places, under code, message and help."""
    found: dict[tuple[str, str, str], list[Diagnostic]] = {}
    for one in losses:
        found.setdefault((one.code, one.message, one.help), []).append(one)
    return found


def steps(guide: Guide) -> tuple[tuple[str, str], ...]:
    """Return the cut-over as steps: what to do, and why or how."""
    return (
        (
            "Convert into a branch",
            f"`ciconv convert --to {guide.target_name} -o .` writes the files below, and notes "
            "them in `.ciconv/manifest.json`.",
        ),
        (
            "Create what the target needs",
            "Everything in the inventory, before the first run." if guide.inventory else "Nothing.",
        ),
        (
            "Replace what fails on purpose",
            "Each `manual` loss: a step that could not be converted fails until it is replaced.",
        ),
        (
            "Read what behaves differently",
            "Each `approximated` and `dropped` loss: agree that it is fine, or change it.",
        ),
        (
            "Run both side by side",
            f"Let {guide.target} run without publishing or deploying, for a week or for every kind "
            "of event in the table.",
        ),
        (
            "Compare",
            "`ciconv verify` for what would run; the logs, artifacts and reports of both for what "
            "did. `ciconv status --check` tells when the source moved on.",
        ),
        (
            "Switch",
            f"Make the checks of {guide.target} the required ones, turn {guide.origin} off, keep "
            "its files for a while.",
        ),
        (
            "If it goes wrong",
            f"Turn {guide.origin} on again; `ciconv rollback` restores the files that the "
            "conversion replaced, byte for byte.",
        ),
    )
