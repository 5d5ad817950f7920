"""What one run shares: its files, its tables, its options and what it has to say."""

from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.diagnostics import Diagnostic, Diagnostics, Label, Loss, Severity
from ciconv.ir.node import Node
from ciconv.profile import Feature, Outcome
from ciconv.source import Workspace


class Options(Struct, frozen=True, kw_only=True):
    """What the user may choose about a conversion."""

    flake: str | None = None  # NixActions: also write a "flake" or a "flake-parts" module


class Place(Struct, frozen=True, kw_only=True):
    """Where in a project something stands: ids, empty where it stands above them."""

    pipeline: str = ""
    job: str = ""
    step: str = ""


class Context(Struct, frozen=True, kw_only=True):
    """Handed to every reader, pass and writer of one run."""

    workspace: Workspace
    catalog: Catalog
    diagnostics: Diagnostics
    options: Options = Options()
    expand: bool = True  # put called pipelines and local actions in the place of their calls
    within: tuple[str, ...] = ()  # files being read one inside the other: actions, includes

    def lose(
        self,
        feature: Feature,
        outcome: Outcome,
        message: str,
        *,
        at: Node,
        place: Place = Place(),
        help: str = "",
        labels: tuple[Label, ...] = (),
    ) -> None:
        """Record what the target cannot say in the same words; `message` says what becomes of it."""
        self.diagnostics.add(
            Diagnostic(
                code=feature.value,
                severity=Severity.NOTE if outcome is Outcome.LOWERED else Severity.WARNING,
                message=message,
                span=at.span,
                help=help,
                labels=(*at.provenance, *labels),
                loss=Loss(feature, outcome, place.pipeline, place.job, place.step),
            )
        )
