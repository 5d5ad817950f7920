"""An audit as one HTML page: charts, then the table. No network, light and dark."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from ciconv.report.audit import Audit, Effort, Row, said
from ciconv.report.text import printable

_HERE = Path(__file__).parent


def render_html(audit: Audit) -> str:
    """Return the page."""
    return "\n".join(_lines(audit)) + "\n"


def _lines(audit: Audit) -> Iterator[str]:
    css = "".join((_HERE / name).read_text("utf-8") for name in ("guide.css", "audit.css"))
    repositories = len({row.repository for row in audit.rows})
    title = f"{len(audit.rows)} pipeline files in {repositories} repositories"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>\n{css}\n</style>\n</head>\n<body>"
    yield f'<a class="skip" href="#main">Skip to the content</a>\n<header><h1>{title}</h1>'
    yield '</header>\n<main id="main">'
    yield "<section>\n<h2>Effort</h2>"
    for target in audit.targets:
        yield from _stack(target, audit.efforts(target))
    yield "</section>"
    yield from _chart("Formats", audit.formats())
    yield from _chart("Steps without a counterpart", audit.top("unmapped"))
    yield from _chart("Features that other systems lack", audit.top("features"))
    yield from _table(audit)
    yield "</main>\n<footer>Made by ciconv.</footer>\n</body>\n</html>"


def _stack(target: str, efforts: Mapping[Effort, int]) -> Iterator[str]:
    total = sum(efforts.values()) or 1
    yield f"<h3>to {_text(target)}</h3>\n<p>{said(efforts)}</p>"
    yield f'<div class="stack" role="img" aria-label="{said(efforts)}">'
    for effort, count in efforts.items():
        if count:
            yield f'<div class="{effort}" style="width:{100 * count / total:.1f}%">{count}</div>'
    yield "</div>"


def _chart(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if not counts:
        return
    most = max(counts.values())
    yield f'<section>\n<h2>{title}</h2>\n<div class="chart">'
    for name, count in counts.items():
        width = 100 * count / most
        yield f'<div>{_text(name)}</div><div class="bar" style="width:{width:.1f}%"></div>'
        yield f"<div>{count}</div>"
    yield "</div>\n</section>"


def _table(audit: Audit) -> Iterator[str]:
    yield "<section>\n<h2>Files</h2>"
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Files"><table>'
    names = ("repository", "file", "format", "jobs", "steps", *audit.targets)
    heads = "".join(f'<th scope="col">{_text(name)}</th>' for name in names)
    yield f"<caption>Every pipeline file</caption><thead><tr>{heads}</tr></thead><tbody>"
    for row in audit.rows:
        yield _row(row, audit.targets)
    yield "</tbody></table></div>\n</section>"


def _row(row: Row, targets: tuple[str, ...]) -> str:
    cells = [row.path, row.format, str(row.jobs), str(row.steps)]
    plain = "".join(f"<td>{_text(one)}</td>" for one in cells)
    efforts = ""
    for name in targets:
        target = row.targets.get(name)
        if target is None:
            efforts += "<td></td>"
            continue
        why = _text(", ".join(target.reasons))
        efforts += f'<td><span class="{target.effort}">{target.effort}</span> {why}</td>'
    return f'<tr><th scope="row">{_text(row.repository)}</th>{plain}{efforts}</tr>'


def _text(text: str) -> str:
    return escape(printable(text))
