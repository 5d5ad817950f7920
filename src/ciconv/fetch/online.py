"""Gives a workspace the network: files of other projects, components, orbs."""

from pathlib import Path

from msgspec.structs import replace

from ciconv.fetch.circleci import orb
from ciconv.fetch.client import Client
from ciconv.fetch.gitlab import component, project_file
from ciconv.fetch.policy import Policy, policy_of
from ciconv.remote import Address, Answer, GitLabComponent, GitLabFile, Orb
from ciconv.source import Workspace


class Online:
    """What asks for files in the words of their systems; see `ciconv.remote.Remote`."""

    def __init__(self, client: Client, policy: Policy) -> None:
        self._client, self._instance = client, policy.gitlab

    def ask(self, address: Address) -> Answer:
        """Return a file; raise Unreachable where it cannot be had."""
        if isinstance(address, GitLabFile):
            return project_file(address, self._client, self._instance)
        if isinstance(address, GitLabComponent):
            return component(address, self._client, self._instance)
        if isinstance(address, Orb):
            return orb(address, self._client)
        text, stale = self._client.get(address.url)
        return Answer(text, address, stale)


def online(
    workspace: Workspace,
    *,
    policy: Policy | None = None,
    offline: bool = False,
    folder: Path | None = None,
) -> Workspace:
    """Return a workspace that also has files of other projects, and orbs.

    With `offline` they come from the cache alone: what an earlier run fetched.
    """
    rules = policy or policy_of()
    client = Client(rules, offline=offline, folder=folder)
    return replace(workspace, remote=Online(client, rules))
