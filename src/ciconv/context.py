"""What one run shares: its files, its tables, its options and what it has to say."""

from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.diagnostics import Diagnostic, Diagnostics, Loss, Severity
from ciconv.ir.node import Node
from ciconv.ir.step import Step
from ciconv.profile import Feature, Outcome
from ciconv.source import Source, Span, UnreadableFile, Workspace


class Options(Struct, frozen=True, kw_only=True):
    """What the user may choose about a conversion."""

    flake: str | None = None  # NixActions: also write a "flake" or a "flake-parts" module
    include_root: str | None = None  # GitLab: the folder with files of other projects
    pin: str = "major"  # GitHub: actions that a writer adds are pinned to a "major" or a "sha"


class Place(Struct, frozen=True, kw_only=True):
    """Where in a project something stands: ids, empty where it stands above them."""

    pipeline: str = ""
    job: str = ""
    step: str = ""

    def at(self, step: Step) -> "Place":
        """Return the place of a step of the same job."""
        return Place(pipeline=self.pipeline, job=self.job, step=step.id or "")

    def loss(self, feature: Feature, outcome: Outcome) -> Loss:
        """Return the loss of a feature here."""
        return Loss(feature, outcome, self.pipeline, self.job, self.step)


class Context(Struct, frozen=True, kw_only=True):
    """Handed to every reader, pass and writer of one run."""

    workspace: Workspace
    catalog: Catalog
    diagnostics: Diagnostics
    options: Options = Options()
    expand: bool = True  # put called pipelines and local actions in the place of their calls
    within: tuple[str, ...] = ()  # files being read one inside the other: actions, includes

    def source(self, path: str, at: Span | None = None) -> Source | None:
        """Return a file; None, and an error, for one that cannot be read; None where none is."""
        try:
            return self.workspace.read(path)
        except UnreadableFile as error:
            where = at or Source(path, "").span(0, 0)
            self.diagnostics.error("unreadable-file", str(error), where)
            return None

    def lose(self, loss: Loss, message: str, at: Node, help: str = "") -> None:
        """Record what the target cannot say in the same words; the message says what it becomes."""
        lowered = loss.outcome is Outcome.LOWERED
        self.diagnostics.add(
            Diagnostic(
                code=loss.feature.value,
                severity=Severity.NOTE if lowered else Severity.WARNING,
                message=message,
                span=at.span,
                help=help,
                labels=at.provenance,
                loss=loss,
            )
        )
