"""Scripts of the catalog, run with stand-ins for the programs they call."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import Struct

from ciconv.catalog.catalog import Catalog

# writes its name and arguments down, one call a line, then says what the test wants it to say
STAND_IN = """#!/usr/bin/env bash
printf '%s' "${0##*/}" >> "$CALLS"
printf ' %q' "$@" >> "$CALLS"
printf '\\n' >> "$CALLS"
if [ ! -t 0 ] && [ -n "$READS" ]; then cat >> "$INPUTS"; fi
answer=ANSWER_${0##*/}
printf '%s' "${!answer}"
"""
SHA = "0123456789abcdef0123456789abcdef01234567"
RUN = {
    "GITHUB_SHA": SHA,
    "GITHUB_REPOSITORY": "Acme/App",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_REF_NAME": "main",
    "GITHUB_ACTOR": "ann",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_EVENT_NAME": "push",
}


class Ran(Struct):
    """What became of a script."""

    code: int
    calls: list[str]
    outputs: str
    env: str
    paths: str
    said: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with stand-ins in `bin`."""
    (tmp_path / "bin").mkdir()
    for name in (
        "docker",
        "gh",
        "aws",
        "cargo",
        "rustup",
        "golangci-lint",
        "node",
        "npm",
        "java",
        "cachix",
        "Rscript",
        "git-cliff",
        "govulncheck",
    ):
        stand_in = tmp_path / "bin" / name
        stand_in.write_text(STAND_IN, encoding="utf-8")
        stand_in.chmod(0o755)
    (tmp_path / "work").mkdir()
    return tmp_path


def run(folder: Path, tool: str, env: Mapping[str, str]) -> Ran:
    """Run the script of a tool as the writer does: `bash -e FILE`."""
    found = Catalog.builtin().tool(tool)
    assert found is not None
    script = found.targets["nixactions"].script
    assert script is not None
    (folder / "script").write_text(script, encoding="utf-8")
    files = {name: folder / name for name in ("CALLS", "INPUTS", "OUTPUT", "ENV", "PATH")}
    for file in files.values():
        file.write_text("", encoding="utf-8")
    done = subprocess.run(
        ["bash", "-e", str(folder / "script")],
        cwd=folder / "work",
        env={
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "CALLS": str(files["CALLS"]),
            "INPUTS": str(files["INPUTS"]),
            "GITHUB_OUTPUT": str(files["OUTPUT"]),
            "GITHUB_ENV": str(files["ENV"]),
            "GITHUB_PATH": str(files["PATH"]),
            **RUN,
            **env,
        },
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    texts = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
    calls = texts["CALLS"].replace(str(folder), "").splitlines()
    said = done.stdout + done.stderr
    return Ran(done.returncode, calls, texts["OUTPUT"], texts["ENV"], texts["PATH"], said)


def outputs(ran: Ran, name: str) -> list[str]:
    """The lines of one output."""
    lines = ran.outputs.splitlines()
    if f"{name}<<CICONV_END" in lines:
        start = lines.index(f"{name}<<CICONV_END") + 1
        return lines[start : lines.index("CICONV_END", start)]
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


def test_docker_login_hides_the_password(folder: Path) -> None:
    """The password goes to the input of docker, and is said nowhere."""
    env = {"INPUT_REGISTRY": "ghcr.io", "INPUT_USERNAME": "ann", "INPUT_PASSWORD": "hush"}
    ran = run(folder, "docker-login", env | {"READS": "1"})
    assert ran.calls == ["docker login --username ann --password-stdin ghcr.io"]
    assert (folder / "INPUTS").read_text() == "hush" and "hush" not in ran.said


def test_docker_build_hands_its_options_over(folder: Path) -> None:
    """Lists become one option each; the cache of GitHub's service is left out."""
    ran = run(
        folder,
        "docker-build-push",
        {
            "INPUT_CONTEXT": "./a b",
            "INPUT_PUSH": "true",
            "INPUT_TAGS": "x:1,y:2\nz:3",
            "INPUT_BUILD_ARGS": "A=1\n  B=two words\n",
            "INPUT_CACHE_FROM": "type=gha\ntype=registry,ref=x",
            "INPUT_PLATFORMS": "linux/amd64,linux/arm64",
            "INPUT_PROVENANCE": "false",
        },
    )
    (call,) = ran.calls
    assert ran.code == 0
    for part in (
        " --push --tag x:1 --tag y:2 --tag z:3 ",
        " --platform linux/amd64 --platform linux/arm64 ",
        " --build-arg A=1 --build-arg B=two\\ words ",
        " --cache-from type=registry\\,ref=x ",
        " --provenance=false ",
    ):
        assert part in call
    assert call.endswith(" ./a\\ b") and "gha" not in call


def test_docker_build_keeps_secrets_in_files(folder: Path) -> None:
    """A value is not seen on the command line."""
    ran = run(folder, "docker-build-push", {"INPUT_SECRETS": "key=hush=1"})
    assert "id=key\\,src=" in ran.calls[0] and "hush" not in ran.calls[0] + ran.said


@pytest.mark.parametrize(
    ("reference", "rules", "tags"),
    [
        ("refs/heads/feat/x", "", ["feat-x"]),
        ("refs/tags/v1.2.3", "", ["v1.2.3", "latest"]),
        ("refs/pull/7/merge", "", ["pr-7"]),
        ("refs/heads/main", "type=sha", ["sha-0123456"]),
        ("refs/heads/main", "type=sha,prefix=,format=long", [SHA]),
        ("refs/heads/main", "type=raw,value=edge,enable={{is_default_branch}}", ["edge"]),
        ("refs/heads/x", "type=raw,value=edge,enable={{is_default_branch}}", []),
        ("refs/heads/x", "type=raw,value=a,enable=false\nplain", ["plain"]),
        ("refs/heads/x", "type=sha\ntype=raw,value={{branch}}-b", ["x-b", "sha-0123456"]),
        ("refs/tags/v1.2.3", "type=semver,pattern={{major}}.{{minor}}", ["1.2", "latest"]),
        ("refs/tags/v1.2.3-rc.1", "type=semver,pattern={{major}}", ["1.2.3-rc.1"]),
        ("refs/tags/nightly", "type=semver,pattern={{version}}", []),
        ("refs/heads/main", "type=edge", ["edge"]),
    ],
)
def test_docker_metadata_makes_tags(
    folder: Path, reference: str, rules: str, tags: list[str]
) -> None:
    """The rules of the action, the most important tag first."""
    env = {"GITHUB_REF": reference, "INPUT_TAGS": rules, "INPUT_DEFAULT_BRANCH": "main"}
    ran = run(folder, "docker-metadata", env | {"INPUT_IMAGES": "ghcr.io/Acme/App"})
    assert ran.code == 0, ran.said
    found = [line for line in outputs(ran, "tags") if line]
    assert found == [f"ghcr.io/acme/app:{tag}" for tag in tags]
    assert [line for line in outputs(ran, "version") if line] == tags[:1]


def test_docker_metadata_refuses_what_it_does_not_know(folder: Path) -> None:
    """A wrong tag would be worse than none."""
    ran = run(folder, "docker-metadata", {"INPUT_TAGS": "type=match,pattern=x"})
    assert ran.code == 1 and "type=match" in ran.said


def test_aws_credentials_reach_later_steps(folder: Path) -> None:
    """And not the log."""
    env = {
        "INPUT_AWS_REGION": "eu-west-1",
        "INPUT_AWS_ACCESS_KEY_ID": "id",
        "INPUT_AWS_SECRET_ACCESS_KEY": "hush",
        "ANSWER_aws": "123",
    }
    ran = run(folder, "aws-credentials", env)
    assert ran.code == 0 and outputs(ran, "aws-account-id") == ["123"]
    assert "AWS_REGION=eu-west-1\n" in ran.env and "AWS_SECRET_ACCESS_KEY=hush\n" in ran.env
    assert "hush" not in ran.said
    ran = run(folder, "aws-credentials", env | {"INPUT_ALLOWED_ACCOUNT_IDS": "4, 5"})
    assert ran.code == 1


def test_aws_roles_need_an_identity(folder: Path) -> None:
    """Without the token of the run there is nothing to show to AWS."""
    ran = run(folder, "aws-credentials", {"INPUT_AWS_REGION": "x", "INPUT_ROLE_TO_ASSUME": "arn"})
    assert ran.code == 1 and "id-token: write" in ran.said


def test_rust_installs_what_is_asked_for(folder: Path) -> None:
    """The toolchain becomes that of later steps."""
    env = {"INPUT_VERSION": "1.80", "INPUT_COMPONENTS": "clippy, rustfmt", "INPUT_TARGETS": "t"}
    ran = run(folder, "rust-toolchain", env)
    assert ran.calls == [
        "rustup toolchain install 1.80 --profile minimal --no-self-update",
        "rustup target add --toolchain 1.80 t",
        "rustup component add --toolchain 1.80 clippy",
        "rustup component add --toolchain 1.80 rustfmt",
    ]
    assert "RUSTUP_TOOLCHAIN=1.80\n" in ran.env and ran.paths.endswith("/.cargo/bin\n")


def test_npm_finds_its_registry(folder: Path) -> None:
    """The file names the variable, not the token."""
    env = {
        "INPUT_REGISTRY": "https://npm.pkg.github.com",
        "NODE_AUTH_TOKEN": "t",
        "ANSWER_node": "v22.1.0",
    }
    ran = run(folder, "setup-node", env)
    variables = dict(line.split("=", 1) for line in ran.env.splitlines())
    assert Path(variables["NPM_CONFIG_USERCONFIG"]).read_text(encoding="utf-8") == (
        "//npm.pkg.github.com/:_authToken=${NODE_AUTH_TOKEN}\n"
        "@acme:registry=https://npm.pkg.github.com/\n"
    )
    assert variables["NODE_AUTH_TOKEN"] == "t" and outputs(ran, "node-version") == ["v22.1.0"]


def test_arguments_are_shell_words(folder: Path) -> None:
    """As the action reads them."""
    ran = run(folder, "golangci-lint", {"INPUT_ARGS": "--timeout=5m --build-tags 'a b'"})
    assert ran.calls == ["golangci-lint run --timeout=5m --build-tags a\\ b"]


@pytest.mark.parametrize(
    ("command", "code", "attempts"),
    [("true", 0, "1"), ("false", 1, "3"), ("test -e x || { touch x; exit 3; }", 0, "2")],
)
def test_retry_tries_again(folder: Path, command: str, code: int, attempts: str) -> None:
    """Until it goes well, or often enough."""
    env = {"INPUT_COMMAND": command, "INPUT_RETRY_WAIT_SECONDS": "0"}
    ran = run(folder, "retry", env)
    assert ran.code == code and outputs(ran, "total_attempts") == [attempts]


@pytest.mark.parametrize(
    ("jobs", "skips", "code"),
    [
        ('{"a": {"result": "success"}}', "", 0),
        ('{"a": {"result": "success"}, "b": {"result": "skipped"}}', "", 1),
        ('{"a": {"result": "success"}, "b": {"result": "skipped"}}', "c, b", 0),
        ('{"a": {"result": "failure"}}', '["a"]', 1),
    ],
)
def test_all_jobs_are_green(folder: Path, jobs: str, skips: str, code: int) -> None:
    """Only what may be skipped may be."""
    ran = run(folder, "alls-green", {"INPUT_JOBS": jobs, "INPUT_ALLOWED_SKIPS": skips})
    assert ran.code == code and outputs(ran, "success") == ["false" if code else "true"]


def test_a_release_gets_its_files(folder: Path) -> None:
    """A release that is there is changed; globs match names with blanks."""
    (folder / "work" / "dist").mkdir()
    (folder / "work" / "dist" / "a b.tgz").write_text("")
    env = {"GITHUB_REF": "refs/tags/v1", "INPUT_TOKEN": "hush", "INPUT_FILES": "dist/*.tgz\nnone"}
    ran = run(folder, "gh-release", env | {"INPUT_NAME": "One"})
    assert ran.code == 0, ran.said
    assert ran.calls[1:3] == [
        "gh release edit v1 --title One",
        "gh release upload v1 dist/a\\ b.tgz --clobber",
    ]
    assert "nothing matches none" in ran.said and "hush" not in ran.said


def test_a_release_needs_a_tag(folder: Path) -> None:
    """A branch is none."""
    ran = run(folder, "gh-release", {"INPUT_TOKEN": "t"})
    assert ran.code == 1 and ran.calls == []


def git(folder: Path, *arguments: str) -> str:
    """What git says in a folder."""
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_changes_are_committed_and_pushed(folder: Path) -> None:
    """To the repository of the run, with the token in no command."""
    work, server = folder / "work", folder / "server"
    server.mkdir()
    git(server, "init", "--quiet", "--bare", "Acme/App.git")
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "commit", "--quiet", "--allow-empty", "-m", "first")
    env = {"GITHUB_SERVER_URL": str(server), "INPUT_TOKEN": "hush", "INPUT_COMMIT_MESSAGE": "two"}
    ran = run(folder, "git-auto-commit", env)
    assert ran.code == 0 and outputs(ran, "changes_detected") == ["false"]
    (work / "new").write_text("x")
    ran = run(folder, "git-auto-commit", env)
    assert ran.code == 0, ran.said
    pushed = git(server / "Acme/App.git", "log", "--format=%s %an", "main").splitlines()
    assert pushed == ["two ann", "first a"]
    assert outputs(ran, "commit_hash") == [git(work, "rev-parse", "HEAD").strip()]


def test_a_branch_for_pages_is_published(folder: Path) -> None:
    """What was there goes, unless it is to be kept."""
    server = folder / "server"
    server.mkdir()
    git(server, "init", "--quiet", "--bare", "Acme/App.git")
    site = folder / "work" / "public"
    site.mkdir()
    env = {"GITHUB_SERVER_URL": str(server), "INPUT_GITHUB_TOKEN": "hush"}
    tree = ("ls-tree", "-r", "--name-only", "gh-pages")
    for number in (1, 2):
        (site / f"{number}.html").write_text("x")
        ran = run(folder, "gh-pages", env)
        assert ran.code == 0, ran.said
        (site / f"{number}.html").unlink()
    assert git(server / "Acme/App.git", *tree).splitlines() == [".nojekyll", "2.html"]
    (site / "3.html").write_text("x")
    ran = run(folder, "gh-pages", env | {"INPUT_KEEP_FILES": "true"})
    assert git(server / "Acme/App.git", *tree).splitlines() == [".nojekyll", "2.html", "3.html"]


def test_a_task_definition_gets_its_image(folder: Path) -> None:
    """Containers of other names stay as they are, and a name that is not there fails."""
    containers = [{"name": "app", "image": "a", "environment": [{"name": "A", "value": "1"}]}]
    text = json.dumps({"family": "web", "containerDefinitions": [*containers, {"name": "proxy"}]})
    (folder / "work" / "task.json").write_text(text, encoding="utf-8")
    env = {"INPUT_TASK_DEFINITION": "task.json", "INPUT_IMAGE": "b:2"}
    more = {"INPUT_CONTAINER_NAME": "app", "INPUT_ENVIRONMENT_VARIABLES": "A=2\nB=x=y\n"}
    ran = run(folder, "ecs-render", env | more)
    assert ran.code == 0, ran.said
    rendered = json.loads(Path(outputs(ran, "task-definition")[0]).read_text("utf-8"))
    app, proxy = rendered["containerDefinitions"]
    variables = [{"name": "A", "value": "2"}, {"name": "B", "value": "x=y"}]
    assert (app, proxy) == (
        {"name": "app", "image": "b:2", "environment": variables},
        {"name": "proxy"},
    )
    lost = run(folder, "ecs-render", env | {"INPUT_CONTAINER_NAME": "lost"})
    assert lost.code != 0 and "no container lost" in lost.said


def test_a_task_definition_is_deployed(folder: Path) -> None:
    """A deployment by something else is refused."""
    env = {"INPUT_TASK_DEFINITION": "web", "INPUT_SERVICE": "s", "ANSWER_aws": "ECS"}
    ran = run(folder, "ecs-deploy", env | {"INPUT_WAIT_FOR_SERVICE_STABILITY": "true"})
    assert ran.code == 0, ran.said
    update = "aws ecs update-service --cluster default --service s --task-definition ECS"
    assert update in ran.calls
    assert ran.calls[-1] == "aws ecs wait services-stable --cluster default --services s"
    refused = run(folder, "ecs-deploy", env | {"ANSWER_aws": "CODE_DEPLOY"})
    assert refused.code != 0 and not any("update-service" in one for one in refused.calls)


def test_names_become_slugs(folder: Path) -> None:
    """As the action writes them."""
    env = {"GITHUB_REF": "refs/heads/Feature/a_b.c", "GITHUB_REF_NAME": "Feature/a_b.c"}
    ran = run(folder, "github-slug", env)
    assert ran.code == 0, ran.said
    found = dict(line.split("=", 1) for line in ran.env.splitlines())
    assert found["GITHUB_REF_SLUG"] == "feature-a_b.c"
    assert found["GITHUB_REF_NAME_SLUG_URL"] == "feature-a-b-c"
    assert found["GITHUB_REF_SLUG_CS"] == "Feature-a_b.c"
    assert found["GITHUB_REPOSITORY_SLUG_URL"] == "acme-app"
    assert (found["GITHUB_SHA_SHORT"], found["GITHUB_HEAD_REF_SLUG"]) == (SHA[:7], "")


@pytest.mark.parametrize(("published", "publishes"), [("", True), ("1.2.0", False)])
def test_a_version_is_published_once(folder: Path, published: str, publishes: bool) -> None:
    """The token stays in the environment."""
    env = {"INPUT_TOKEN": "secret", "ANSWER_npm": published, "ANSWER_node": "app"}
    ran = run(folder, "npm-publish", env)
    assert ran.code == 0, ran.said
    called = any(one.startswith("npm publish . --tag latest") for one in ran.calls)
    assert called == publishes
    assert outputs(ran, "type") == (["different"] if publishes else [""])
    assert "secret" not in ran.said + "".join(ran.calls)


def test_files_are_added_to_a_release(folder: Path) -> None:
    """A name for one file, or a pattern for many."""
    (folder / "work" / "a b.zip").write_text("", encoding="utf-8")
    env = {"INPUT_REPO_TOKEN": "t", "INPUT_TAG": "refs/tags/v1", "INPUT_OVERWRITE": "true"}
    named = run(
        folder, "upload-release", env | {"INPUT_FILE": "a b.zip", "INPUT_ASSET_NAME": "$tag.zip"}
    )
    assert named.calls[-1].endswith("/v1.zip --clobber"), named.calls
    many = run(folder, "upload-release", env | {"INPUT_FILE": "*.zip", "INPUT_FILE_GLOB": "true"})
    assert many.calls[-1] == "gh release upload v1 a\\ b.zip --clobber"
    none = run(folder, "upload-release", env | {"INPUT_FILE": "*.x", "INPUT_FILE_GLOB": "true"})
    assert none.code != 0


def test_arguments_of_cargo_may_be_quoted(folder: Path) -> None:
    """As the action splits them."""
    env = {"INPUT_COMMAND": "test", "INPUT_ARGS": "--features 'a b' -- --nocapture"}
    ran = run(folder, "rust-cargo", env | {"INPUT_TOOLCHAIN": "nightly"})
    assert ran.calls == ["cargo +nightly test --features a\\ b -- --nocapture"]


def test_quotes_of_cargo_that_do_not_end_fail(folder: Path) -> None:
    """Nothing runs with half of its arguments."""
    ran = run(folder, "rust-cargo", {"INPUT_COMMAND": "test", "INPUT_ARGS": "--all 'a"})
    assert ran.code != 0 and ran.calls == []


def test_folders_of_packages_are_no_repositories(folder: Path) -> None:
    """`npm publish a/b` asks GitHub for `a/b`."""
    env = {"INPUT_PACKAGE": "packages/app/package.json", "ANSWER_node": "app"}
    ran = run(folder, "npm-publish", env)
    assert ran.calls[-1].startswith("npm publish ./packages/app --tag latest"), ran.said


def test_a_package_of_r_is_checked(folder: Path) -> None:
    """What is not given is the expression that the action has."""
    ran = run(folder, "r-check", {"INPUT_ERROR_ON": '"never"'})
    assert ran.code == 0, ran.said
    said = (folder / "check.R").read_text("utf-8")
    assert 'args = (c("--no-manual", "--as-cran")), build_args = ("--no-manual"),' in said
    assert 'error_on = ("never"), check_dir = ("check")' in said


def test_a_display_is_there_for_each_command(folder: Path) -> None:
    """One that reads takes no commands away."""
    (folder / "bin" / "xvfb-run").write_text('#!/bin/sh\nshift\nexec "$@"\n', encoding="utf-8")
    (folder / "bin" / "xvfb-run").chmod(0o755)
    ran = run(folder, "xvfb", {"INPUT_RUN": "cat\ncargo test\n\ncargo doc"})
    assert (ran.code, ran.calls) == (0, ["cargo test", "cargo doc"])


def test_a_changelog_has_the_version_of_its_release(folder: Path) -> None:
    """As git-cliff says it of the same arguments."""
    stand_in = """#!/bin/sh
case "$*" in *--context) text='[{"version": "v2"}, {"version": "v1"}]' ;; *) text="$*" ;; esac
printf '%s' "$text" > "$GIT_CLIFF_OUTPUT"
"""
    (folder / "bin" / "git-cliff").write_text(stand_in, encoding="utf-8")
    ran = run(folder, "git-cliff", {"INPUT_ARGS": "--latest"})
    assert ran.code == 0, ran.said
    assert outputs(ran, "version") == ["v2"]
    assert outputs(ran, "content") == ["--config cliff.toml --latest"]


def test_several_packages_are_looked_at(folder: Path) -> None:
    """The result goes to a file where one is given."""
    env = {"INPUT_GO_PACKAGE": "./a ./b", "ANSWER_govulncheck": "found"}
    ran = run(folder, "govulncheck", env | {"INPUT_OUTPUT_FILE": "out.txt"})
    assert ran.calls == ["govulncheck -C . -format text ./a ./b"]
    assert (folder / "work" / "out.txt").read_text("utf-8") == "found"


def test_all_that_is_asked_of_a_release_comes(folder: Path) -> None:
    """A pattern and the sources; without any, all files."""
    env = {"INPUT_TAG": "v1", "INPUT_OUT_FILE_PATH": "out"}
    ran = run(
        folder, "release-downloader", env | {"INPUT_FILENAME": "*.deb", "INPUT_TARBALL": "true"}
    )
    call = "gh release download v1 --dir out --clobber"
    assert ran.calls == [f"{call} --pattern=\\*.deb", f"{call} --archive=tar.gz"]
    latest = run(folder, "release-downloader", {})
    assert latest.calls == ["gh release download --dir . --clobber --pattern=\\*"]
