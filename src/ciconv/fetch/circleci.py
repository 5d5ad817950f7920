"""Orbs of CircleCI's registry, by the endpoint that its own command line asks.

No token is needed for orbs that are public.
https://github.com/CircleCI-Public/circleci-cli/blob/main/api/api.go
"""

import json

from ciconv.fetch.client import Client
from ciconv.remote import Answer, Orb, Unreachable

ENDPOINT = "https://circleci.com/graphql-unstable"
_QUERY = (
    "query($orbVersionRef: String!) "
    "{ orbVersion(orbVersionRef: $orbVersionRef) { id version source } }"
)


def orb(address: Orb, client: Client) -> Answer:
    """Return the source of an orb."""
    question = {"query": _QUERY, "variables": {"orbVersionRef": str(address)}}
    text, stale = client.post(ENDPOINT, question)
    try:
        found = json.loads(text)["data"]["orbVersion"]
        source = None if found is None else found["source"]
    except (ValueError, TypeError, KeyError):
        raise Unreachable("the registry answers with something that is no orb") from None
    if not isinstance(source, str) or not source.strip():
        raise Unreachable(f"the registry has no orb {str(address)!r}, or it is private")
    return Answer(source, address, stale)
