"""Fetching, against a server of this machine: what it asks, what it refuses, what it keeps."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from ciconv import convert, validate
from ciconv.fetch.client import DATABASE, Client
from ciconv.fetch.online import Online
from ciconv.fetch.policy import Limits, Policy, policy_of, shown
from ciconv.remote import (
    Address,
    Answer,
    GitLabComponent,
    GitLabFile,
    Orb,
    Unreachable,
    WebFile,
    cache_folder,
)
from ciconv.source import Workspace
from fetch.local_server import Local, Said, serving

SECRET = "glpat-s3cr3t"
POLICY = Policy(
    hosts=frozenset(
        {"gitlab.com", "circleci.com", "raw.githubusercontent.com", "a.test", "b.test"}
    ),
    headers={"gitlab.com": ("PRIVATE-TOKEN", SECRET)},
    limits=Limits(characters=1000, redirects=3),
)
FILE = WebFile("https://a.test/ci.yml")


@pytest.fixture
def server() -> Iterator[Said]:
    """A server of this machine."""
    with serving() as said:
        yield said


class World:
    """The same cache, asked with one policy or another."""

    def __init__(self, server: Said, folder: Path) -> None:
        self._server, self.folder = server, folder

    def online(self, policy: Policy = POLICY, *, offline: bool = False) -> Online:
        """Return what a run asks."""
        lower = Local(self._server.port)
        return Online(Client(policy, offline=offline, folder=self.folder, lower=lower), policy)

    def ask(self, address: Address, policy: Policy = POLICY, *, offline: bool = False) -> Answer:
        """Return the answer of a run of its own."""
        return self.online(policy, offline=offline).ask(address)

    def refusal(self, address: Address, policy: Policy = POLICY, *, offline: bool = False) -> str:
        """Return why there is no answer."""
        with pytest.raises(Unreachable) as raised:
            self.ask(address, policy, offline=offline)
        return str(raised.value)


@pytest.fixture
def world(server: Said, tmp_path: Path) -> World:
    """The server, and a cache that is empty."""
    return World(server, tmp_path / "cache")


def test_a_file_is_fetched_once(server: Said, world: World) -> None:
    """The next run has it from the cache, and so has one without a network."""
    server.text("a.test/ci.yml", "job: {script: ls}")
    assert world.ask(FILE).text == "job: {script: ls}"
    server.answers.clear()
    assert world.ask(FILE).text == "job: {script: ls}"
    assert world.ask(FILE, offline=True).text == "job: {script: ls}"
    assert server.places == ["a.test/ci.yml"]


def test_offline_asks_nobody(server: Said, world: World) -> None:
    """What was not fetched before is not there."""
    server.text("a.test/ci.yml", "x")
    assert world.refusal(FILE, offline=True) == (
        "it was not fetched before, and nothing is asked for"
    )
    assert server.places == []


def test_old_answers_are_asked_for_again(server: Said, world: World) -> None:
    """Those of a server that does not answer are used, and called old."""
    at_once = replace(POLICY, limits=replace(POLICY.limits, age=0.01))
    server.text("a.test/ci.yml", "one")
    assert world.ask(FILE, at_once) == Answer("one", FILE)
    server.text("a.test/ci.yml", "two")
    assert world.ask(FILE, at_once) == Answer("two", FILE)
    server.answers["a.test/ci.yml"] = (500, {}, b"")
    assert world.ask(FILE, at_once) == Answer("two", FILE, stale=True)
    assert world.ask(FILE, at_once, offline=True).text == "two"
    assert server.places == ["a.test/ci.yml"] * 3


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a.test/ci.yml", "http://a.test/ci.yml is no https address"),
        ("file:///etc/passwd", "file:///etc/passwd is no https address"),
        ("https://evil.test/x", "the host 'evil.test' is not allowed (see CICONV_ALLOW_HOSTS)"),
        ("https://a.test:8443/x", "the host 'a.test:8443' is not allowed (see CICONV_ALLOW_HOSTS)"),
        ("https://a.test.evil.test/x", "the host 'a.test.evil.test' is not allowed"),
        (f"https://me:{SECRET}@a.test/x", "https://a.test/x: the address holds a user or a pass"),
        ("https://a.test@evil.test/x", "https://evil.test/x: the address holds a user"),
        ("https://[::1/x", "the address cannot be read"),
        ("https://127.0.0.1/x", "the host '127.0.0.1' is not allowed"),
    ],
)
def test_some_addresses_are_not_asked(server: Said, world: World, url: str, reason: str) -> None:
    """Neither directly, nor because another address leads there."""
    assert world.refusal(WebFile(url)).startswith(reason)
    assert server.places == []
    server.redirect("a.test/ci.yml", url)
    assert world.refusal(FILE).startswith(reason)
    assert server.places == ["a.test/ci.yml"]


def test_redirects_are_followed_so_far(server: Said, world: World) -> None:
    """Within a host and to another one, but not for ever."""
    server.redirect("a.test/ci.yml", "/2")
    server.redirect("a.test/2", "https://b.test/3?sig=signature")
    server.text("b.test/3?sig=signature", "job: {}")
    assert world.ask(FILE).text == "job: {}"
    assert b"signature" not in (world.folder / DATABASE).read_bytes()
    server.redirect("a.test/loop", "/loop")
    assert world.refusal(WebFile("https://a.test/loop")) == "there are more than 3 redirects"
    assert server.places[3:] == ["a.test/loop"] * 4


def test_large_answers_are_cut_off(server: Said, world: World) -> None:
    """The bound is for what arrives; packed answers are refused, as they may grow."""
    server.text("a.test/ci.yml", "x" * 1001)
    assert world.refusal(FILE) == "the answer is larger than 1000 bytes"
    server.answers["a.test/ci.yml"] = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")
    assert world.refusal(FILE) == "the answer is packed, though that was not asked for"


def test_slow_answers_are_cut_off(server: Said, world: World) -> None:
    """A byte now and then keeps a connection open, but is not waited for."""
    server.text("a.test/ci.yml", "x" * 100)
    server.slow["a.test/ci.yml"] = 0.05
    all_of_it = replace(POLICY, limits=replace(POLICY.limits, answer=0.2))
    assert world.refusal(FILE, all_of_it) == "https://a.test/ci.yml takes too long"
    server.slow["a.test/ci.yml"] = 1
    between = replace(POLICY, limits=replace(POLICY.limits, silence=0.2))
    assert world.refusal(FILE, between) == "https://a.test/ci.yml: no answer in time"


def test_a_run_asks_so_often(server: Said, world: World) -> None:
    """A configuration that includes without end is no reason to go on."""
    online = world.online(replace(POLICY, limits=replace(POLICY.limits, answers=2)))
    for name in ("1", "2"):
        server.text(f"a.test/{name}", name)
        assert online.ask(WebFile(f"https://a.test/{name}")).text == name
    with pytest.raises(Unreachable, match="more than 2 files are asked for"):
        online.ask(WebFile("https://a.test/3"))


def test_a_failure_is_asked_for_once(server: Said, world: World) -> None:
    """In one run; failures are not kept for the next."""
    online = world.online()
    for _ in range(3):
        with pytest.raises(Unreachable, match=r"a.test answers 404: there is no such file"):
            online.ask(FILE)
    assert len(server.places) == 1
    server.text("a.test/ci.yml", "x")
    assert world.ask(FILE).text == "x"


def test_what_is_no_text_is_refused(server: Said, world: World) -> None:
    """A pipeline is UTF-8."""
    server.answers["a.test/ci.yml"] = (200, {}, b"\xff\xfe")
    assert world.refusal(FILE) == "https://a.test/ci.yml is not UTF-8"


def test_tokens_go_to_their_host_alone(server: Said, world: World) -> None:
    """Neither to another host, nor along with a redirect, nor into the cache."""
    file = GitLabFile("group/project", "ci/a.yml", "v1")
    place = "gitlab.com/api/v4/projects/group%2Fproject/repository/files/ci%2Fa.yml/raw?ref=v1"
    server.redirect(place, "https://b.test/a.yml")
    server.text("b.test/a.yml", "job: {}")
    assert world.ask(file).text == "job: {}"
    shown_to = {place.partition("/")[0]: SECRET in str(said) for place, said, _ in server.asked}
    assert shown_to == {"gitlab.com": True, "b.test": False}
    database = world.folder / DATABASE
    assert SECRET.encode() not in database.read_bytes()
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_a_refused_token_is_not_shown(server: Said, world: World) -> None:
    """The message says whether there was one."""
    file = GitLabFile("group/project", "a.yml")
    place = "gitlab.com/api/v4/projects/group%2Fproject/repository/files/a.yml/raw?ref=HEAD"
    server.answers[place] = (401, {}, SECRET.encode())
    assert world.refusal(file) == "gitlab.com answers 401: the token has no right to it"
    without = replace(POLICY, headers={})
    assert world.refusal(file, without) == "gitlab.com answers 401: it wants a token"


def test_secrets_of_an_address_are_not_kept(server: Said, world: World) -> None:
    """Queries may hold them: such answers are used once."""
    server.text(f"a.test/ci.yml?private_token={SECRET}", "x")
    file = WebFile(f"https://a.test/ci.yml?private_token={SECRET}")
    assert world.ask(file).text == world.ask(file).text == "x"
    assert len(server.places) == 2
    assert SECRET.encode() not in (world.folder / DATABASE).read_bytes()
    assert SECRET not in world.refusal(WebFile(f"https://a.test/other?token={SECRET}"))
    assert shown(f"https://u:{SECRET}@a.test/x?t={SECRET}#{SECRET}") == "https://a.test/x"


def test_templates_stand_in_gitlabs_own_repository(server: Said, world: World) -> None:
    """Files outside of a project are GitLab's."""
    place = (
        "gitlab.com/api/v4/projects/gitlab-org%2Fgitlab/repository/files/"
        "lib%2Fgitlab%2Fci%2Ftemplates%2FJobs%2FSAST.gitlab-ci.yml/raw?ref=HEAD"
    )
    server.text(place, "sast: {script: scan}")
    assert "scan" in converted(world, "include: [{template: Jobs/SAST.gitlab-ci.yml}]")


@pytest.mark.parametrize(
    ("version", "tag"),
    [
        ("1.2.0", "1.2.0"),
        ("main", "main"),
        ("1", "1.10.0"),
        ("1.2", "1.2.0"),
        ("~latest", "v2.0.0"),
    ],
)
def test_components_have_versions(server: Said, world: World, version: str, tag: str) -> None:
    """The front of a version means the highest one that begins with it."""
    project = "gitlab.com/api/v4/projects/group%2Fparts"
    tags = ("1.2.0", "1.10.0", "v2.0.0", "nightly")
    releases = ", ".join(f'{{"tag_name": "{one}"}}' for one in tags)
    server.text(f"{project}/releases?per_page=100", f"[{releases}]")
    file = f"{project}/repository/files/templates%2Fscan%2Ftemplate.yml/raw?ref={tag}"
    server.text(file, "scan: {script: scan}")
    found = world.ask(GitLabComponent("group/parts", "scan", version, "gitlab.com"))
    assert found.text == "scan: {script: scan}"
    assert found.origin == GitLabFile(
        "group/parts", "templates/scan/template.yml", tag, "gitlab.com"
    )


def test_an_unknown_latest_version(server: Said, world: World) -> None:
    """A project without releases has none."""
    server.text("gitlab.com/api/v4/projects/g%2Fp/releases?per_page=100", "[]")
    latest = GitLabComponent("g/p", "scan", "~latest")
    assert world.refusal(latest) == "the project 'g/p' has no release with a version"
    server.text("gitlab.com/api/v4/projects/g%2Fq/releases?per_page=100", "<html>")
    assert "no list of releases" in world.refusal(GitLabComponent("g/q", "scan", "1"))


def test_orbs_come_from_the_registry(server: Said, world: World) -> None:
    """It is asked as the command line of CircleCI asks it; no token is needed."""
    server.orb("commands: {}")
    assert world.ask(Orb("circleci/node", "5.2")).text == "commands: {}"
    assert b'"orbVersionRef": "circleci/node@5.2"' in server.asked[0][2]
    server.orb(None)
    unknown = Orb("circleci/none", "1")
    assert world.refusal(unknown) == ("the registry has no orb 'circleci/none@1', or it is private")
    server.text("circleci.com/graphql-unstable", "oops")
    assert "no orb" in world.refusal(Orb("a/b", "1"))


def test_a_policy_is_said_by_variables() -> None:
    """Tokens belong to one host each; the instance is a host, too."""
    policy = policy_of(
        {
            "GITLAB_HOST": "https://git.example.org/",
            "GITLAB_TOKEN": "a",
            "GITHUB_TOKEN": "b",
            "GH_TOKEN": "",
            "CIRCLE_TOKEN": "c",
            "CICONV_ALLOW_HOSTS": "x.example.org, Y.example.org:8443",
        }
    )
    assert policy.headers == {
        "git.example.org": ("PRIVATE-TOKEN", "a"),
        "raw.githubusercontent.com": ("Authorization", "Bearer b"),
        "circleci.com": ("Circle-Token", "c"),
    }
    assert {"git.example.org", "x.example.org", "y.example.org:8443"} < policy.hosts
    assert policy.gitlab == "git.example.org"
    policy.check("https://y.example.org:8443/x")
    assert policy_of({}).headers == {}


def test_the_cache_is_where_it_is_usual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Or where it is said to be."""
    monkeypatch.setenv("CICONV_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("CICONV_CACHE_DIR")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "ciconv"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == Path.home() / ".cache" / "ciconv"


PROJECT = "gitlab.com/api/v4/projects/platform%2Fci/repository/files"
INCLUDES = """\
include:
  - remote: https://a.test/notify.yml
  - project: platform/ci
    ref: v2
    file: /deploy.yml
  - component: $CI_SERVER_FQDN/platform/ci/scan@v2

build: {script: [make]}
"""


def workspace(world: World, text: str, *, offline: bool = False) -> Workspace:
    """A repository of GitLab's with a network."""
    own = Workspace.of({".gitlab-ci.yml": text})
    return replace(own, remote=world.online(offline=offline))


def converted(world: World, text: str) -> str:
    """What it converts to; nothing else than losses is said."""
    found = convert(workspace(world, text), to="github")
    assert [one for one in found.diagnostics if one.loss is None] == []
    return "".join(found.files.values())


def test_gitlab_includes_are_fetched(server: Said, world: World) -> None:
    """Of all kinds; `local` files of a project are those of that project, at that ref."""
    server.text("a.test/notify.yml", "notify: {stage: .post, script: [notify]}")
    server.text(f"{PROJECT}/deploy.yml/raw?ref=v2", "include: more/.yml\ndeploy: {script: [ship]}")
    server.text(f"{PROJECT}/more%2F.yml/raw?ref=v2", "more: {script: [more-of-it]}")
    server.text(f"{PROJECT}/templates%2Fscan.yml/raw?ref=v2", "scan: {script: [scan-it]}")
    text = converted(world, INCLUDES)
    assert [word in text for word in ("notify", "ship", "more-of-it", "scan-it", "make")] == (
        [True] * 5
    )
    assert "ciconv:" not in text


def test_what_cannot_be_fetched_is_named_where_it_is_included(server: Said, world: World) -> None:
    """Converting goes on, with a job that fails in its place; validating, it is an error."""
    server.text("a.test/notify.yml", "notify: {script: [notify]}")
    source = workspace(world, INCLUDES)
    found = convert(source, to="github")
    missing = "the file cannot be fetched: gitlab.com answers 404: there is no such file, or it"
    lines = [
        (one.span.start.line, one.severity.value)
        for one in found.diagnostics
        if one.span is not None and one.message.startswith(missing)
    ]
    assert lines == [(5, "warning"), (6, "warning")]
    text = "".join(found.files.values())
    assert ("notify" in text, "make" in text, text.count("exit 1")) == (True, True, 2)
    errors = [one for one in validate(source) if one.severity.value == "error"]
    assert [(one.code, one.span and one.span.start.line) for one in errors] == [
        ("unreachable-file", 5),
        ("unreachable-file", 6),
    ]


def test_faults_of_a_fetched_file_stand_there(server: Said, world: World) -> None:
    """The message names the address, and the line in it."""
    server.text("a.test/notify.yml", "notify:\n  script: [x]\n  retries: 2\n")
    found = convert(workspace(world, "include: https://a.test/notify.yml"), to="github")
    places = [str(one.span) for one in found.diagnostics if one.code == "unknown-key"]
    assert places == ["https://a.test/notify.yml:3:3"]


def test_files_that_include_each_other(server: Said, world: World) -> None:
    """Are an error, and no reason to ask for ever."""
    server.text("a.test/a.yml", "include: https://a.test/b.yml\na: {script: [a]}")
    server.text("a.test/b.yml", "include: https://a.test/a.yml\nb: {script: [b]}")
    found = convert(workspace(world, "include: https://a.test/a.yml"), to="github")
    assert [one.code for one in found.diagnostics if one.severity.value == "error"] == (
        ["include-depth"]
    )
    assert len(server.places) == 2


CIRCLECI = """\
version: 2.1
orbs: {node: acme/node@1.2}
workflows: {main: {jobs: [node/test]}}
"""


def test_orbs_are_fetched(server: Said, world: World) -> None:
    """Their commands and jobs are put in the place of their calls; what is missing is named."""
    own = Workspace.of({".circleci/config.yml": CIRCLECI})
    server.orb(
        "version: 2.1\n"
        "commands: {install: {steps: [run: npm ci]}}\n"
        "jobs: {test: {docker: [{image: node:22}], steps: [checkout, install, run: npm test]}}\n"
    )
    found = convert(replace(own, remote=world.online()), to="github")
    text = "".join(found.files.values())
    assert [word in text for word in ("npm ci", "npm test", "node:22")] == [True] * 3
    assert [one for one in found.diagnostics if one.loss is None] == []
    other = World(server, world.folder / "other")
    server.orb(None)
    found = convert(replace(own, remote=other.online()), to="github")
    said = [str(one.span) for one in found.diagnostics if one.code == "unreachable-file"]
    assert said == [".circleci/config.yml:2:14"]
    assert "exit 1" in "".join(found.files.values())


def test_the_names_of_includes_hold_no_secrets(server: Said, world: World) -> None:
    """Wherever they are said: messages, jobs, files."""
    text = f"include: https://me:{SECRET}@a.test/x.yml?token={SECRET}\nbuild: {{script: [make]}}"
    found = convert(workspace(world, text), to="github")
    said = [one.message + one.help for one in found.diagnostics]
    assert len(said) >= 2
    assert SECRET not in "".join((*said, *found.files, *found.files.values()))
