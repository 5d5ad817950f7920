"""Where a file that is included comes from, in words that it can be asked for with."""

import re

from msgspec import Struct
from msgspec.structs import replace

from ciconv.remote import Address, GitLabComponent, GitLabFile, WebFile

TEMPLATES = "lib/gitlab/ci/templates"
_OF_GITLAB = "gitlab-org/gitlab"
_INSTANCE = re.compile(r"\$\{?CI_SERVER_(?:HOST|FQDN)\}?")
_COMPONENT = re.compile(r"(?P<host>[^/]+)/(?P<project>.+)/(?P<name>[^/@]+)@(?P<version>.+)")


class Asked(Struct, frozen=True):
    """One include: its kind, what it says, and where the file comes from that says it."""

    kind: str
    text: str
    origin: Address | None


def address_of(asked: Asked) -> Address | None:
    """Return the address of a file, None where it depends on variables or cannot be asked for.

    A `local` file is one of the project that the including file comes from.
    """
    instance = _host(asked.origin)
    text = _INSTANCE.sub(instance or "-", asked.text, count=1)
    if "$" in text or "*" in text:
        return None
    if asked.kind == "remote":
        return WebFile(text)
    if asked.kind == "template":
        return GitLabFile(_OF_GITLAB, f"{TEMPLATES}/{text}", host="gitlab.com")
    if asked.kind == "component":
        return _component(text)
    if asked.kind == "local" and isinstance(asked.origin, GitLabFile):
        return replace(asked.origin, path=text)
    return None


def project_address(project: str, path: str, ref: str, origin: Address | None) -> Address | None:
    """Return the address of a file of another project; it is on the same instance."""
    if "$" in f"{project}{path}{ref}" or not project:
        return None
    return GitLabFile(project.strip("/"), path, ref, _host(origin))


def _component(text: str) -> Address | None:
    found = _COMPONENT.fullmatch(text)
    if found is None:
        return None
    host = "" if found["host"] == "-" else found["host"]
    return GitLabComponent(found["project"], found["name"], found["version"], host)


def _host(origin: Address | None) -> str:
    return origin.host if isinstance(origin, GitLabFile) else ""
