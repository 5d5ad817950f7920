"""What people call a step."""

from ciconv.ir.expression import Expr, Literal, Template, constant, constant_text
from ciconv.ir.step import (
    Checkout,
    DownloadArtifact,
    Placeholder,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)


def title(step: Step) -> str:
    """Return the name of a step, or what it begins with."""
    if step.name is not None and constant_text(step.name).strip():
        return constant_text(step.name)
    if step.id:
        return step.id
    match step:
        case Run() if step.tool is not None:
            return step.tool
        case Run():
            lines = constant_text(step.script).strip().split("\n")
            return " ".join(lines[0].split(" ")[:3])
        case Use() | Checkout() | RestoreCache() | SaveCache() if step.ref is not None:
            return step.ref.name.rpartition("/")[2]
        case UploadArtifact():
            return f"upload {constant_text(step.artifact)}"
        case DownloadArtifact():
            return f"download {constant_text(step.artifact)}"
        case Placeholder():
            return step.what.partition("@")[0].rpartition("/")[2]
    return "step"


def source_text(value: Template) -> str:
    """Return a text with its expressions as the source has them."""
    known = constant(value)
    return "".join(map(_piece, value.parts)) if known is None else known


def _piece(part: Expr) -> str:
    if isinstance(part, Literal):
        return constant(part) or ""
    inner = part.span.text if part.span is not None else "…"
    return inner if inner.startswith("${{") else f"${{{{ {inner} }}}}"
