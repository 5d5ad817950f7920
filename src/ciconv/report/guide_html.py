"""A migration guide as one HTML file: no network, works from disk, light and dark."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from ciconv.diagnostics import Diagnostic
from ciconv.graph.colours import dark_style
from ciconv.profile import Outcome
from ciconv.report.guide import Guide, Picture, by_message, rows, steps
from ciconv.report.outcomes import MEANING, ORDER
from ciconv.report.text import printable
from ciconv.source import Span

_HERE = Path(__file__).parent
NO_PICTURE = (
    "As text, as nothing on the machine that wrote this guide draws pictures: "
    "Graphviz does, and so does <code>pip install 'ciconv[svg]'</code>."
)
_SECTIONS = (
    ("events", "Same for every event?"),
    ("pictures", "Before and after"),
    ("losses", "What to look at"),
    ("inventory", "What to create"),
    ("cut-over", "Cut-over"),
    ("files", "Side by side"),
)
_WORDS = {
    "equal": "the same",
    "explained": "differs as reported below",
    "different": "differs, and no loss says so",
}


def render_html(guide: Guide) -> str:
    """Return the page."""
    return "\n".join(_Page(guide).lines()) + "\n"


class _Page:
    """Writes one guide; lines of files have ids by which everything links to them."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._anchors = {path: f"s{n}" for n, path in enumerate(guide.source_files)}
        self._outputs = {path: f"t{n}" for n, path in enumerate(guide.target_files)}

    def lines(self) -> Iterator[str]:
        guide = self._guide
        title = f"{guide.name}: {guide.origin} to {guide.target}"
        css = (_HERE / "guide.css").read_text("utf-8") + dark_style()
        yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{_text(title)}</title>\n<style>\n{css}\n</style>\n</head>\n<body>"
        yield '<a class="skip" href="#main">Skip to the content</a>'
        yield from self._header(title)
        yield '<main id="main">'
        yield from self._events()
        yield from self._pictures()
        yield from self._losses()
        yield from self._inventory()
        yield from self._cut_over()
        yield from self._files()
        yield "</main>\n<footer>Made by ciconv.</footer>"
        yield f"<script>\n{(_HERE / 'guide.js').read_text('utf-8')}</script>\n</body>\n</html>"

    def _header(self, title: str) -> Iterator[str]:
        yield f"<header>\n<h1>{_text(title)}</h1>\n<p>{_text(self._guide.verdict)}</p>"
        yield '<ul class="counts">'
        for outcome in ORDER:
            count = len(self._guide.losses(outcome))
            yield f'<li class="{outcome}"><b>{count}</b> {outcome}<br>{MEANING[outcome]}</li>'
        yield '</ul>\n<nav aria-label="Sections"><ul>'
        for anchor, name in _SECTIONS:
            yield f'<li><a href="#{anchor}">{name}</a></li>'
        yield "</ul></nav>\n</header>"

    def _events(self) -> Iterator[str]:
        yield '<section id="events">\n<h2>Same for every event?</h2>'
        found = list(rows(self._guide))
        if found:
            yield '<div class="scroll" tabindex="0" role="region" aria-label="Events"><table>'
            yield "<caption>The first events that the comparison looked at</caption>"
            yield '<thead><tr><th scope="col">event</th><th scope="col">jobs</th>'
            yield '<th scope="col">both sides</th></tr></thead><tbody>'
            for row in found:
                word = _WORDS[row.verdict]
                said = f"{word} ({row.differences})" if row.differences else word
                yield f'<tr><th scope="row">{_text(row.event)}</th><td>{row.jobs}</td>'
                yield f'<td class="{row.verdict}">{said}</td></tr>'
            yield "</tbody></table></div>"
        else:
            yield "<p>No event was compared.</p>"
        yield "</section>"

    def _pictures(self) -> Iterator[str]:
        yield '<section id="pictures">\n<h2>Before and after</h2>'
        guide = self._guide
        yield from self._figure(guide.before, guide.origin, "before", self._anchors)
        yield from self._figure(guide.after, guide.target, "after", self._outputs)
        yield "</section>"

    def _figure(
        self, picture: Picture, title: str, prefix: str, anchors: dict[str, str]
    ) -> Iterator[str]:
        yield f'<figure tabindex="0">\n<figcaption>{_text(title)}</figcaption>'
        if picture.svg:
            yield _embedded(picture.svg, prefix, anchors, f"The pipelines of {title}")
        else:
            yield f"<p>{NO_PICTURE}</p>"
            yield f"<pre>{_text(picture.mermaid)}</pre>"
        yield "</figure>"

    def _losses(self) -> Iterator[str]:
        yield '<section id="losses">\n<h2>What to look at</h2>'
        if not any(self._guide.losses(outcome) for outcome in Outcome):
            yield "<p>Nothing was lost.</p>"
        for outcome in ORDER:
            yield from self._losses_of(outcome)
        yield "</section>"

    def _losses_of(self, outcome: Outcome) -> Iterator[str]:
        found = by_message(self._guide.losses(outcome))
        if not found:
            return
        title = f"{outcome.value.capitalize()}: {MEANING[outcome]}"
        opened = "" if outcome is Outcome.LOWERED else " open"
        yield f"<details{opened}>\n<summary><strong>{title} ({len(found)})</strong></summary>"
        yield '<ul class="losses">'
        for (code, message, help), losses in found.items():
            yield f'<li class="{outcome}"><p>{_text(message)} <code>{_text(code)}</code></p>'
            yield f'<p class="places">{", ".join(self._places(losses))}</p>'
            if help:
                yield f'<p class="help">{_text(help)}</p>'
            yield "</li>"
        yield "</ul>\n</details>"

    def _places(self, losses: list[Diagnostic]) -> Iterator[str]:
        for one in losses:
            if one.span is not None:
                yield self._place(one.span)

    def _place(self, span: Span) -> str:
        anchor = self._anchors.get(span.source.path)
        text = _text(str(span))
        if anchor is None:
            return text
        return f'<a href="#{anchor}-{span.start.line}">{text}</a>'

    def _inventory(self) -> Iterator[str]:
        yield '<section id="inventory">\n<h2>What to create</h2>'
        if not self._guide.inventory:
            yield "<p>Nothing: the pipelines use no secrets, variables or machines of your own.</p>"
            yield "</section>"
            return
        yield '<div class="scroll" tabindex="0" role="region" aria-label="Inventory"><table>'
        yield f"<caption>Has to be there in {_text(self._guide.target)} before the first run"
        yield '</caption><thead><tr><th scope="col">done</th><th scope="col">kind</th>'
        yield '<th scope="col">name</th><th scope="col">how</th><th scope="col">used at</th></tr>'
        yield "</thead><tbody>"
        for number, item in enumerate(self._guide.inventory):
            label = _text(f"{item.kind} {item.name} is there")
            how = f"<code>{_text(item.command)}</code>" if item.command else "nothing to do"
            places = ", ".join(self._place(one) for one in item.places[:4])
            yield f'<tr><td><input type="checkbox" id="i{number}" aria-label="{label}"></td>'
            yield f'<td>{item.kind}</td><th scope="row"><code>{_text(item.name)}</code></th>'
            yield f"<td>{how}</td><td>{places}</td></tr>"
        yield "</tbody></table></div>\n</section>"

    def _cut_over(self) -> Iterator[str]:
        yield '<section id="cut-over">\n<h2>Cut-over</h2>\n<ol class="todo">'
        for number, (what, how) in enumerate(steps(self._guide)):
            said = re.sub("`([^`]*)`", r"<code>\1</code>", _text(how))
            yield f'<li><input type="checkbox" id="c{number}"><label for="c{number}">'
            yield f"<strong>{_text(what)}.</strong> {said}</label></li>"
        yield "</ol>\n</section>"

    def _files(self) -> Iterator[str]:
        guide = self._guide
        yield '<section id="files">\n<h2>Side by side</h2>\n<div class="sides"><div>'
        yield f"<h3>{_text(guide.origin)}</h3>"
        lossy = self._lossy_lines()
        for path, text in guide.source_files.items():
            links = {one.source[1]: one for one in guide.links if one.source[0] == path}
            there = {
                line: (f"#{self._outputs.get(one.target[0], '')}-{one.target[1]}", one.job)
                for line, one in links.items()
            }
            yield from _code(path, text, self._anchors[path], there, lossy.get(path, set()))
        yield f"</div><div>\n<h3>{_text(guide.target)}</h3>"
        for path, text in guide.target_files.items():
            links = {one.target[1]: one for one in guide.links if one.target[0] == path}
            there = {
                line: (f"#{self._anchors.get(one.source[0], '')}-{one.source[1]}", one.job)
                for line, one in links.items()
            }
            yield from _code(path, text, self._outputs[path], there, set())
        yield "</div></div>\n</section>"

    def _lossy_lines(self) -> dict[str, set[int]]:
        """The lines of each source file that a loss stands at, but for what is the same."""
        found: dict[str, set[int]] = {}
        for one in self._guide.diagnostics:
            worth = one.loss is not None and one.loss.outcome is not Outcome.LOWERED
            if worth and one.span is not None:
                found.setdefault(one.span.source.path, set()).add(one.span.start.line)
        return found


def _code(
    path: str, text: str, anchor: str, there: dict[int, tuple[str, str]], lossy: set[int]
) -> Iterator[str]:
    """A file with numbered lines; those of a job lead to the other side."""
    name = _text(path)
    yield f'<h4 id="{anchor}"><code>{name}</code></h4>'
    yield f'<div class="code" tabindex="0" role="region" aria-label="{name}"><ol>'
    for number, line in enumerate(text.splitlines(), 1):
        id = f"{anchor}-{number}"
        marked = ' class="has"' if number in lossy else ""
        link = ""
        if number in there:
            target, job = there[number]
            link = f'<a class="job" href="{target}">{_text(job)} on the other side</a>'
        yield (
            f'<li id="{id}"{marked}><a class="no" href="#{id}" tabindex="-1">{number}</a>'
            f"<pre>{_text(line) or ' '}</pre>{link}</li>"
        )
    yield "</ol></div>"


_ID = re.compile(r' id="([^"]*)"')
_LINK = re.compile(r'xlink:href="([^"#]*)#L(\d+)"')


def _embedded(svg: str, prefix: str, anchors: dict[str, str], label: str) -> str:
    """An SVG as part of the page: no head, ids of its own, links to the lines shown below."""
    body = svg[svg.index("<svg") :].rstrip()
    body = _ID.sub(rf' id="{prefix}-\1"', body)
    body = _LINK.sub(lambda found: _to_line(found, anchors), body)
    return body.replace("<svg", f'<svg role="img" aria-label="{_text(label)}"', 1)


def _to_line(found: re.Match[str], anchors: dict[str, str]) -> str:
    from html import unescape

    anchor = anchors.get(unescape(found[1]))
    return f'xlink:href="#{anchor}-{found[2]}"' if anchor else found[0]


def _text(text: str) -> str:
    return escape(printable(text))
