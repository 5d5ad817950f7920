"""A migration guide as Markdown, for a pull request or a wiki."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from ciconv.report.guide import Guide, by_message, rows, steps
from ciconv.report.outcomes import MEANING, ORDER
from ciconv.report.text import printable, summary

MAX_PLACES = 5  # of one loss that are named


def render_markdown(guide: Guide) -> str:
    """Return the guide; code hosts draw its pictures."""
    return "\n".join(_lines(guide)).rstrip() + "\n"


def _lines(guide: Guide) -> Iterator[str]:
    yield f"# {_text(guide.name)}: {guide.origin} to {guide.target}\n"
    yield from _overview(guide)
    for title, picture in ((guide.origin, guide.before), (guide.target, guide.after)):
        if picture.mermaid:
            yield f"## {title}\n\n```mermaid\n{picture.mermaid.rstrip()}\n```\n"
    yield from _losses(guide)
    yield from _inventory(guide)
    yield "## Cut-over\n"
    for what, how in steps(guide):
        yield f"- [ ] **{what}.** {how}"
    yield from _files(guide)


def _overview(guide: Guide) -> Iterator[str]:
    yield f"{summary(guide.diagnostics).capitalize()}. {guide.verdict}\n"
    found = list(rows(guide))
    if found:
        yield "| event | jobs | same on both sides |\n|---|---|---|"
        for row in found:
            more = f", {row.differences} differences" if row.differences else ""
            yield f"| {_text(row.event)} | {row.jobs} | {row.verdict}{more} |"
        yield ""


def _losses(guide: Guide) -> Iterator[str]:
    for outcome in ORDER:
        losses = by_message(guide.losses(outcome))
        if not losses:
            continue
        yield f"## {outcome.value.capitalize()}: {MEANING[outcome]}\n"
        for (code, message, help), found in losses.items():
            yield f"- [ ] {_text(message)} (`{code}`)" if help else f"- {_text(message)} (`{code}`)"
            places = [f"`{one.span}`" for one in found if one.span is not None]
            more = len(places) - MAX_PLACES
            if places:
                said = ", ".join(places[:MAX_PLACES]) + (f" and {more} more" if more > 0 else "")
                yield f"  {said}"
            if help:
                yield f"  *{_text(help)}*"
        yield ""


def _inventory(guide: Guide) -> Iterator[str]:
    if not guide.inventory:
        return
    yield f"## To create in {guide.target}\n\n| | kind | name | how |\n|---|---|---|---|"
    for item in guide.inventory:
        how = f"`{_cell(item.command)}`" if item.command else "nothing to do"
        yield f"| ☐ | {item.kind} | `{_cell(item.name)}` | {how} |"
    yield ""


def _files(guide: Guide) -> Iterator[str]:
    yield f"\n## The files of {guide.target}\n"
    for path, text in guide.target_files.items():
        fence = "`" * max(3, _longest_run(text) + 1)
        kind = PurePosixPath(path).suffix.lstrip(".") or "text"
        yield f"<details><summary><code>{_text(path)}</code></summary>\n"
        yield f"{fence}{kind}\n{text.rstrip()}\n{fence}\n\n</details>\n"


def _longest_run(text: str) -> int:
    """How many backticks stand in a row at most."""
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest


def _text(text: str) -> str:
    """A text that Markdown takes as it is."""
    plain = printable(text)
    for sign in "\\`*_[]<>|#":
        plain = plain.replace(sign, f"\\{sign}")
    return plain


def _cell(text: str) -> str:
    return printable(text).replace("`", "'").replace("|", "\\|")
