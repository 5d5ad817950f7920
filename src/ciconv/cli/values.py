"""The words that some options take."""

from enum import StrEnum


class Report(StrEnum):
    """How diagnostics are written."""

    TEXT = "text"
    JSON = "json"


class Pin(StrEnum):
    """What actions are pinned to that a conversion adds."""

    MAJOR = "major"
    SHA = "sha"


class Form(StrEnum):
    """What a picture is drawn as."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    DOT = "dot"
    MERMAID = "mermaid"


class Theme(StrEnum):
    """The colours of a picture."""

    LIGHT = "light"
    DARK = "dark"


class AuditForm(StrEnum):
    """How an audit is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


class Findings(StrEnum):
    """How findings of `validate` are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"
    CODEQUALITY = "codequality"
