"""The text of a Jenkinsfile → its tree, and back as it was."""

from ciconv.diagnostics import Diagnostics
from ciconv.source import Source
from ciconv.syntax.groovy.cursor import TooDeep
from ciconv.syntax.groovy.lexer import tokenize
from ciconv.syntax.groovy.statements import Statements
from ciconv.syntax.groovy.tree import Block, Script

SYNTAX = "groovy-syntax"


def parse(source: Source, diagnostics: Diagnostics) -> Script:
    """Return the tree of a file; what is not Groovy is an error, and an Opaque statement."""
    text = source.text
    start = 1 if text.startswith("\ufeff") else 0
    shebang = ""
    if text.startswith("#!", start):
        end = min((at for at in (text.find("\n"), text.find("\r")) if at >= 0), default=len(text))
        shebang, start = text[start:end], end
    reader = Statements(source, tokenize(text, start))
    try:
        body = reader.block_until("")
    except TooDeep as fault:
        reader.faults.append((fault.start, fault.end, fault.message))
        body = Block(span=source.span(start, len(text)))
    for begin, end, message in reader.faults:
        diagnostics.error(SYNTAX, message, source.span(begin, end))
    return Script(source=source, body=body, shebang=shebang)
