"""The rules for what stands in sections: agents, variables, tools, options, triggers, questions."""

import re
from collections.abc import Callable, Iterator

from ciconv.converters.jenkins.check.faults import Block, Faults, constant_text
from ciconv.converters.jenkins.check.signatures import check_call, is_step
from ciconv.converters.jenkins.check.steps import check_block_of_steps
from ciconv.converters.jenkins.check.whens import check_when
from ciconv.converters.jenkins.jobs.posts import ORDER
from ciconv.converters.jenkins.sections import Directive, directive, directives
from ciconv.converters.jenkins.triggers.schedules import unknown_lines
from ciconv.syntax.groovy import tree

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def check_content(section: Directive, faults: Faults, *, of_stage: bool = False) -> None:
    """Report what is wrong inside of a section."""
    _SECTIONS[section.name](section, faults)
    if of_stage and section.name == "options" and section.closure is not None:
        for one in directives(section.body):
            if one.name in _OF_PIPELINES:
                said = f"the option {one.name!r} is one of pipelines, not of stages"
                faults.say("unknown-option", said, one.title)


def _agent(agent: Directive, faults: Faults) -> None:
    if isinstance(agent.value, tree.Name):
        faults.say("agent-type", "'agent' does not say which one", agent.title)
        return
    if agent.closure is None:
        word = next(iter(agent.values), None)
        said = word.name if isinstance(word, tree.Name) else constant_text(word)
        if said not in ("any", "none"):
            said = "'agent' is 'any', 'none', or has a block"
            faults.say("agent-type", said, agent.title if word is None else word.span)
        return
    kinds = agent.body.statements
    if len(kinds) != 1:
        said = "has more than one kind" if kinds else "does not say which one"
        faults.say("agent-type", f"'agent' {said}", agent.title)
        return
    kind = directive(kinds[0])
    if kind is None:
        faults.say("agent-type", "'agent' does not say which one", kinds[0].span)
        return
    _agent_kind(kind, faults)


_AGENTS: dict[str, tuple[str, ...]] = {
    "any": (),
    "none": (),
    "label": ("label", "customWorkspace", "retries"),
    "node": ("label", "customWorkspace", "retries"),
    "docker": (
        *("image", "label", "args", "customWorkspace", "registryUrl", "registryCredentialsId"),
        *("alwaysPull", "reuseNode", "containerPerStageRoot", "retries"),
    ),
    "dockerfile": (
        *("filename", "dir", "label", "args", "additionalBuildArgs", "customWorkspace"),
        *("registryUrl", "registryCredentialsId", "reuseNode", "retries"),
    ),
}


_PLUGINS = frozenset(("kubernetes", "ecs", "nomad", "dockerContainer", "podman"))


def _agent_kind(kind: Directive, faults: Faults) -> None:
    known = _AGENTS.get(kind.name)
    if known is None and kind.closure is None and kind.name not in _PLUGINS:
        names = (*_AGENTS, *sorted(_PLUGINS))
        faults.unknown("kind of agent", kind.name, names, kind.title)
    if known is None or kind.closure is None:
        return  # plug-ins bring further kinds, with blocks of settings
    found = [directive(statement) for statement in kind.body.statements]
    if kind.name == "docker" and not any(one is not None and one.name == "image" for one in found):
        faults.say("agent-type", "the agent 'docker' needs an 'image'", kind.title)
    for statement, one in zip(kind.body.statements, found, strict=True):
        if one is None:
            faults.say("not-a-directive", f"{kind.name!r} holds settings", statement.span)
        elif one.name not in known:
            faults.unknown(f"setting of the agent {kind.name!r}", one.name, known, one.title)


def _environment(section: Directive, faults: Faults) -> None:
    if not faults.needs_block(section):
        return
    seen: set[str] = set()
    if not section.body.statements:
        faults.say("empty-section", "'environment' sets no variable", section.title)
    for statement in section.body.statements:
        value = statement.value if isinstance(statement, tree.Expression) else None
        if not isinstance(value, tree.Assignment) or value.op != "=":
            faults.say("not-a-variable", "'environment' holds NAME = value only", statement.span)
            continue
        name = value.target.name if isinstance(value.target, tree.Name) else ""
        if not _NAME.fullmatch(name):
            said = f"{value.target.span.text!r} is no name for a variable"
            faults.say("wrong-name", said, value.target.span)
        elif name in seen:
            faults.say("duplicate-variable", f"{name!r} is set twice", value.target.span)
        seen.add(name)
        _variable(tree.plain(value.value), faults)


def _variable(value: tree.Expr, faults: Faults) -> None:
    """Texts, sums of texts, and what a call gives."""
    if isinstance(value, tree.Binary) and value.op == "+":
        parts = _summands(value)
        for part in parts:
            if isinstance(part, tree.Binary):
                _wrong_value(part, faults)
            elif not isinstance(part, tree.String | tree.Constant):
                faults.say("wrong-type", "only texts can be put together here", part.span)
    elif isinstance(value, tree.Binary) or not isinstance(
        value, tree.String | tree.Constant | tree.Call
    ):
        _wrong_value(value, faults)


def _summands(value: tree.Expr) -> list[tree.Expr]:
    found: list[tree.Expr] = []
    while isinstance(value, tree.Binary) and value.op == "+":
        found.append(tree.plain(value.right))
        value = tree.plain(value.left)
    return [value, *reversed(found)]


def _wrong_value(value: tree.Expr, faults: Faults) -> None:
    help = ""
    if isinstance(value, tree.Call) and value.name == "$":
        help = "put it in double quotes"
    faults.say(
        "wrong-type", "a variable is a text in quotes, or what a call gives", value.span, help
    )


def _tools(section: Directive, faults: Faults) -> None:
    if not faults.needs_block(section):
        return
    if not section.body.statements:
        faults.say("empty-section", "'tools' names no tool", section.title)
    for statement in section.body.statements:
        one = directive(statement)
        if one is None:
            faults.say("not-a-directive", "'tools' holds tools and their names", statement.span)
        elif len(one.values) != 1:
            said = f"the tool {one.name!r} needs one name"
            faults.say("wrong-arguments", said, one.title)
        else:
            faults.doubt("tool", one.name, _TOOLS, one.title)


_NO_OPTIONS = frozenset(("parameters", "triggers", "properties", "node", "stage", "parallel"))


def _options(section: Directive, faults: Faults) -> None:
    for one in _described(section, "option", faults):
        if one.name in _NO_OPTIONS or (is_step(one.name) and one.name not in _WRAPPING):
            faults.say("unknown-option", f"{one.name!r} is no option", one.title)
        else:
            faults.doubt("option", one.name, _OPTIONS, one.title)
            check_call(one.value, faults)


_OF_PIPELINES = frozenset(
    (
        *("buildDiscarder", "checkoutToSubdirectory", "copyArtifactPermission"),
        *("disableConcurrentBuilds", "disableRestartFromStage", "disableResume"),
        *("durabilityHint", "newContainerPerStage", "overrideIndexTriggers"),
        *("parallelsAlwaysFailFast", "preserveStashes", "quietPeriod", "rateLimitBuilds"),
        "skipStagesAfterUnstable",
    )
)

# steps that are options as well: what they say holds for everything inside
_WRAPPING = frozenset(
    (
        *("timeout", "retry", "timestamps", "ansiColor", "withCredentials", "withEnv", "lock"),
        *("catchError", "warnError"),
    )
)
_OPTIONS = (
    *("skipDefaultCheckout", "authorizationMatrix", "gitLabConnection", "throttleJobProperty"),
    *("githubProjectProperty", "office365ConnectorWebhooks"),
    *sorted(_OF_PIPELINES | _WRAPPING),
)
_TRIGGERS = (
    *("cron", "pollSCM", "upstream", "githubPush", "gitlab", "parameterizedCron", "GenericTrigger"),
    *("issueCommentTrigger", "bitbucketPush", "gerrit", "snapshotDependencies", "urlTrigger"),
)
_KINDS = (
    *("string", "text", "booleanParam", "choice", "password", "file", "credentials", "run"),
    *("base64File", "stashedFile", "extendedChoice", "gitParameter", "activeChoice"),
    *("persistentString", "persistentText", "persistentChoice", "persistentBoolean"),
)
_TOOLS = ("maven", "jdk", "gradle", "nodejs", "ant", "go", "git", "groovy", "cmake", "dockerTool")


def _described(section: Directive, what: str, faults: Faults) -> list[Directive]:
    """The calls of a section, none of which has a block or stands twice."""
    if not faults.needs_block(section):
        return []
    found: list[Directive] = []
    seen: set[str] = set()
    if not section.body.statements:
        faults.say("empty-section", f"{section.name!r} has no {what}", section.title)
    for statement in section.body.statements:
        one = directive(statement)
        if one is None or not isinstance(one.value, tree.Call):
            faults.say("not-a-directive", f"{section.name!r} holds calls only", statement.span)
            continue
        if one.closure is not None:
            faults.say("wrong-block", f"the {what} {one.name!r} has no block", one.title)
            continue
        inner = next((node for node in _inner_closures(one.value)), None)
        if inner is not None:
            faults.say("wrong-block", f"no argument of a {what} is a block", inner.span)
        if section.name in ("options", "triggers") and one.name in seen:
            faults.say("duplicate-directive", f"the {what} {one.name!r} stands twice", one.title)
        seen.add(one.name)
        found.append(one)
    return found


def _inner_closures(value: tree.Expr) -> Iterator[tree.Closure]:
    """The blocks among the arguments of a call, and of calls inside of it."""
    return (one for one in tree.walk(value) if isinstance(one, tree.Closure))


def _triggers(section: Directive, faults: Faults) -> None:
    for one in _described(section, "trigger", faults):
        if is_step(one.name):
            faults.say("unknown-option", f"{one.name!r} is no trigger", one.title)
        faults.doubt("trigger", one.name, _TRIGGERS, one.title)
        check_call(one.value, faults)
        if one.name in ("cron", "pollSCM"):
            said = one.named("spec") or one.named("scmpoll_spec") or next(iter(one.values), None)
            for line in unknown_lines(constant_text(said) or ""):
                text = f"{line!r} is no schedule: there are five fields, or a word such as '@daily'"
                faults.say("cron-syntax", text, one.title)


def _parameters(section: Directive, faults: Faults) -> None:
    for one in _described(section, "parameter", faults):
        faults.doubt("kind of parameter", one.name, _KINDS, one.title)
        check_call(one.value, faults)


def _libraries(section: Directive, faults: Faults) -> None:
    if not faults.needs_block(section):
        return
    if not section.body.statements:
        faults.say("empty-section", "'libraries' names none", section.title)
    for statement in section.body.statements:
        one = directive(statement)
        if one is None or one.name != "lib" or len(one.values) != 1:
            faults.say("not-a-directive", "'libraries' holds lib('name') only", statement.span)


_INPUT = ("message", "id", "ok", "parameters", "submitter", "submitterParameter")


def _input(section: Directive, faults: Faults) -> None:
    if section.closure is None:
        if not section.values:
            faults.needs_block(section)
        return
    block = Block(section.body, faults, "'input'")
    for one in block.unknown(_INPUT):
        faults.unknown("part of 'input'", one.name, _INPUT, one.title)
    if block["message"] is None:
        faults.say("missing-directive", "'input' has no 'message'", section.title)
    for one in block.all:
        if one.name == "parameters":
            _parameters(one, faults)
        elif one.name in _INPUT and len(one.values) != 1:
            faults.say("wrong-arguments", f"{one.name!r} needs one value", one.title)


def _post(section: Directive, faults: Faults) -> None:
    if not faults.needs_block(section):
        return
    if not section.body.statements:
        faults.say("empty-section", "'post' has no condition", section.title)
    seen: set[str] = set()
    for statement in section.body.statements:
        one = directive(statement)
        if one is None or one.closure is None:
            faults.say(
                "not-a-condition",
                "'post' holds conditions with blocks",
                statement.span,
                help=f"there are {', '.join(ORDER)}",
            )
            continue
        if one.name not in ORDER:
            faults.unknown("condition of 'post'", one.name, ORDER, one.title)
        if one.name in seen:
            faults.say("duplicate-directive", f"{one.name!r} stands twice", one.title)
        seen.add(one.name)
        check_block_of_steps(one.body, faults)


def _when(section: Directive, faults: Faults) -> None:
    check_when(section, faults)


_SECTIONS: dict[str, Callable[[Directive, Faults], None]] = {
    "agent": _agent,
    "environment": _environment,
    "tools": _tools,
    "options": _options,
    "triggers": _triggers,
    "parameters": _parameters,
    "libraries": _libraries,
    "input": _input,
    "post": _post,
    "when": _when,
}
