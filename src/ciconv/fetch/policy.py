"""What may be asked, and of whom: https alone, hosts that are known or allowed, bounds."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from ciconv.remote import Unreachable

GITLAB = "gitlab.com"
HOSTS = frozenset(
    {
        GITLAB,
        "circleci.com",
        "raw.githubusercontent.com",
    }
)
HOUR = 3600


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds of one run; times are in seconds."""

    characters: int = 4_000_000  # of one answer
    connect: float = 5  # until a server takes the call
    silence: float = 10  # between two parts of an answer
    answer: float = 20  # for one answer, redirects included
    run: float = 120  # for all answers together
    redirects: int = 5
    answers: int = 300  # asked of servers; what the cache has is free
    age: float = 24 * HOUR  # of an answer that is taken from the cache


class Policy(Struct, frozen=True, kw_only=True):
    """Whom a run may ask (`host`, or `host:port`), and the header that each of them is shown.

    What a repository says has no part in it: it must not choose whom its reader calls, or with
    whose token.
    """

    hosts: frozenset[str] = HOSTS
    headers: Mapping[str, tuple[str, str]] = {}  # by host: a name and a secret value
    gitlab: str = GITLAB  # the instance that files without a host are on
    limits: Limits = Limits()

    def check(self, url: str) -> None:
        """Raise Unreachable for an address that may not be asked."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise Unreachable("the address cannot be read") from None
        if parts.scheme != "https":
            raise Unreachable(f"{shown(url)} is no https address")
        if parts.username is not None or parts.password is not None:
            raise Unreachable(f"{shown(url)}: the address holds a user or a password")
        place = host if port in (None, 443) else f"{host}:{port}"
        if place not in self.hosts:
            raise Unreachable(f"the host {place!r} is not allowed (see CICONV_ALLOW_HOSTS)")


def policy_of(environment: Mapping[str, str] = os.environ) -> Policy:
    """Return the policy of a user, who says it by variables.

    `CICONV_ALLOW_HOSTS` names further hosts, `GITLAB_HOST` the instance of `include: project` (as
    for `glab`); tokens are `GITLAB_TOKEN`, `GH_TOKEN` or `GITHUB_TOKEN`, and `CIRCLECI_CLI_TOKEN`
    or `CIRCLE_TOKEN`.
    """
    allowed = environment.get("CICONV_ALLOW_HOSTS", "").replace(",", " ").lower().split()
    said = environment.get("GITLAB_HOST", "").lower().removeprefix("https://").strip("/")
    gitlab = said or GITLAB
    headers = {}
    for host, name, variables in (
        (gitlab, "PRIVATE-TOKEN", ("GITLAB_TOKEN",)),
        ("raw.githubusercontent.com", "Authorization", ("GH_TOKEN", "GITHUB_TOKEN")),
        ("circleci.com", "Circle-Token", ("CIRCLECI_CLI_TOKEN", "CIRCLE_TOKEN")),
    ):
        token = next((environment[one] for one in variables if environment.get(one)), "").strip()
        if token:
            headers[host] = (name, f"Bearer {token}" if name == "Authorization" else token)
    return Policy(hosts=HOSTS | {gitlab, *allowed}, headers=headers, gitlab=gitlab)


def shown(url: str) -> str:
    """Return an address as it may be shown: without user, password, query and fragment."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
