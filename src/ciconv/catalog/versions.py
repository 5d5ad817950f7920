"""Reads the version of a tool that a file of the repository asks for."""

import re

_LINE_FILES = re.compile(r"\.(nvmrc|[a-z]+-version)$")
_ASDF_NAMES = {
    "nodejs": ("nodejs", "node"),
    "python": ("python",),
    "golang": ("golang", "go"),
    "ruby": ("ruby",),
    "java": ("java",),
    "php": ("php",),
    "dotnet": ("dotnet", "dotnet-core"),
}
_PATTERNS = (
    (r"go\.(mod|work)$", r"^toolchain\s+go(\d[\w.]*)", re.MULTILINE),
    (r"go\.(mod|work)$", r"^go\s+(\d[\w.]*)", re.MULTILINE),
    (r"pyproject\.toml$", r"^requires-python\s*=\s*[\"']([^\"']+)", re.MULTILINE),
    (r"pyproject\.toml$", r"^python\s*=\s*[\"']([^\"']+)", re.MULTILINE),
    (r"global\.json$", r"\"version\"\s*:\s*\"([^\"]+)\"", 0),
    (r"package\.json$", r"\"volta\"\s*:\s*\{[^{}]*\"node\"\s*:\s*\"([^\"]+)\"", 0),
    (r"package\.json$", r"\"engines\"\s*:\s*\{[^{}]*\"node\"\s*:\s*\"([^\"]+)\"", 0),
    (r"\.sdkmanrc$", r"^java\s*=\s*(\d[\d.]*)", re.MULTILINE),
)


def version_in(path: str, text: str, tool: str) -> str:
    """Return the version a file asks for, empty when it says none.

    `tool` is nodejs, python, golang, ruby, java, php or dotnet: .tool-versions has several.
    """
    name = path.rpartition("/")[2]
    if name in (".tool-versions", "mise.toml", ".mise.toml"):
        return _of_tool(text, tool)
    for file, pattern, flags in _PATTERNS:
        if re.search(file, name):
            found = re.search(pattern, text[:200_000], flags)
            if found is not None:
                return found[1].strip()
    return _first_line(text) if _LINE_FILES.search(name) else ""


def _of_tool(text: str, tool: str) -> str:
    for line in text.splitlines():
        words = re.split(r"[\s=]+", line.partition("#")[0].strip(), maxsplit=1)
        if len(words) == 2 and words[0] in _ASDF_NAMES.get(tool, (tool,)):
            return words[1].split()[0].strip("\"'")
    return ""


def _first_line(text: str) -> str:
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line:
            return line.removeprefix("ruby-").removeprefix("python-")
    return ""
