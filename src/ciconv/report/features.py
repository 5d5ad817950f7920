"""What becomes of a feature in each format, for `ciconv explain`: losses have features as codes."""

from collections.abc import Iterator

from ciconv.converters import BUILT_IN, registry
from ciconv.profile import Feature
from ciconv.report.outcomes import MEANING


def features() -> dict[str, str]:
    """Return the codes of losses, each with a summary."""
    summary = "what a conversion makes of this part of a pipeline"
    return {one.value: summary for one in Feature}


def feature_page(code: str) -> str:
    """Return what there is to say of such a code, as Markdown; ValueError where it is none."""
    return "\n".join((f"# {code}\n", *_lines(Feature(code)), ""))


def _lines(feature: Feature) -> Iterator[str]:
    yield "What a conversion says of this part of a pipeline. In each format it becomes:\n"
    for name in BUILT_IN:
        card = registry.get(name)
        line = card.profile.of(feature)
        said = line.note.replace("{detail}", "…")
        how = said or "its own construct"
        outcome = f" ({line.outcome.value})" if line.outcome is not None else ""
        yield f"- {card.title}: {how}{outcome}"
    yield "\nWhat a message ends with:\n"
    yield from (f"- `{outcome.value}`: {meaning}" for outcome, meaning in MEANING.items())
