"""Orbs and plug-ins as tools: found by name, with canonical inputs and the results they run by."""

import pytest

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import (
    Binary,
    Call,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    constant,
    text,
)
from ciconv.ir.job import Job, Runner
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import ActionRef, Argument, Run, Step, Use
from ciconv.passes.map_tools import map_tools
from ciconv.source import Workspace


def mapped(target: str, *steps: Step) -> Job:
    """A job on a hosted machine, its tools mapped for a target."""
    job = Job(id="j", runner=Runner(labels=(text("ubuntu-latest"),)), steps=steps)
    project = Project(origin="other", pipelines=(Pipeline(id="p", jobs=(job,)),))
    context = Context(
        workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics()
    )
    found = map_tools(project, registry.get(target).profile, context).pipelines[0].jobs[0]
    assert isinstance(found, Job)
    return found


def use(format: str, step: str, path: str | None = None, **arguments: str) -> Use:
    """A reusable step."""
    given = tuple(
        Argument(name=key.replace("_", "-"), value=text(value)) for key, value in arguments.items()
    )
    return Use(ref=ActionRef(format=format, name=step, path=path, written=step), arguments=given)


@pytest.mark.parametrize(
    ("format", "name", "tool"),
    [
        ("circleci", "circleci/node/install", "setup-node"),
        ("circleci", "circleci/slack/notify", "slack-orb"),
        ("circleci", "CircleCI/Slack/Notify", "slack-orb"),
        ("jenkins", "tools.jdk", "setup-java"),
        ("jenkins", "slackSend", "slack-send"),
        ("github", "actions/setup-node", "setup-node"),
    ],
)
def test_tools_are_found_by_their_names(format: str, name: str, tool: str) -> None:
    """In any case, as for actions."""
    found = Catalog.builtin().tool_for(format, name)
    assert found is not None and found.name == tool


def test_an_orb_becomes_an_action() -> None:
    """Its inputs have the action's names in the end."""
    job = mapped("github", use("circleci", "circleci/node", "install", node_version="20"))
    (step,) = job.steps
    assert isinstance(step, Use) and step.tool == "setup-node"
    assert [(one.name, constant(one.value)) for one in step.arguments] == [("version", "20")]


def test_an_orb_without_an_action_becomes_a_script() -> None:
    """On GitHub as well."""
    job = mapped("github", use("circleci", "circleci/node", "install-packages", pkg_manager="yarn"))
    (step,) = job.steps
    assert isinstance(step, Run)
    script = constant(step.script) or ""
    assert script == "yarn install --frozen-lockfile\n" and not step.env


def test_what_commands_cannot_say_a_script_does() -> None:
    """Its inputs are in its environment; parts for those that are not given are left out."""
    orb = use("circleci", "circleci/python", "install-packages", args="--no-dev")
    (step,) = mapped("gitlab", orb).steps
    assert isinstance(step, Run)
    script = constant(step.script) or ""
    assert "poetry.lock" in script and "cd " not in script and "#[" not in script
    assert [(one.name, constant(one.value)) for one in step.env] == [
        ("INPUT_ARGUMENTS", "--no-dev")
    ]


def test_commands_have_the_inputs_in_place() -> None:
    """Lists give a word for each item, a condition one that the run decides on."""
    pushed = Binary(
        op=Op.NE,
        left=Ref(path=("event",)),
        right=Literal(value="pull_request"),
        semantics=Semantics.GITHUB,
    )
    step = use("github", "docker/build-push-action", tags="a:1\nb c,d", context="it's")
    push = Argument(name="push", value=Template(parts=(pushed,)))
    (made,) = mapped("jenkins", replace(step, arguments=(*step.arguments, push))).steps
    assert isinstance(made, Run)
    before, flag, after = made.script.parts
    assert constant(before) == 'docker buildx build --tag a:1 --tag "b c" --tag d '
    assert isinstance(flag, Binary) and flag.op is Op.OR
    assert constant(after) == ' "it\'s"\n'


@pytest.mark.parametrize(
    ("event", "function"), [("fail", "failure"), ("pass", "success"), (None, "always")]
)
def test_a_message_after_some_results(event: str | None, function: str) -> None:
    """What an orb says by an input is a condition elsewhere."""
    given = {} if event is None else {"event": event}
    (step,) = mapped("github", use("circleci", "circleci/slack", "notify", **given)).steps
    assert step.condition == Call(function=function)


def test_the_version_in_the_name_of_an_installation() -> None:
    """Jenkins has names that an administrator chose."""
    (step,) = mapped("github", use("jenkins", "tools.jdk", name="JDK 17")).steps
    assert isinstance(step, Use)
    found = {one.name: constant(one.value) for one in step.arguments}
    assert found == {"distribution": "temurin", "version": "17"}


@pytest.mark.parametrize("target", ["gitlab", "jenkins"])
def test_one_tool_alone_is_the_image_of_its_job(target: str) -> None:
    """It has what the scripts need."""
    job = mapped(target, use("github", "actions/setup-node", node_version="20.x"))
    assert job.container is not None and constant(job.container.image) == "node:20"
    assert job.steps == ()


def test_two_tools_are_installed() -> None:
    """No image has both; mise itself comes first, and once."""
    job = mapped(
        "gitlab",
        use("github", "actions/setup-node", node_version="lts/*"),
        use("github", "actions/setup-python", python_version="3.12"),
    )
    assert job.container is None
    mise, first, second = (constant(one.script) or "" for one in job.steps if isinstance(one, Run))
    assert "mise.run" in mise and "node@lts" in first
    assert second == "mise use --global python@3.12\n"


def test_docker_needs_a_service_on_gitlab() -> None:
    """All tools of Docker share one image."""
    job = mapped(
        "gitlab",
        use("github", "docker/setup-buildx-action"),
        use("github", "docker/build-push-action", push="true", tags="a:1"),
        Run(script=text("docker images")),
    )
    assert job.container is not None and constant(job.container.image) == "docker:27"
    assert [constant(one.image) for one in job.services] == ["docker:27-dind"]
    assert [one.name for one in job.env] == ["DOCKER_TLS_CERTDIR"]
    first, *_, build, _ = (constant(one.script) or "" for one in job.steps if isinstance(one, Run))
    assert first.startswith("apk add") and build == "docker buildx build --tag a:1 --push .\n"
