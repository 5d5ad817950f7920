"""Reading a configuration: one file, several workflows.

https://circleci.com/docs/reference/configuration-reference/
"""

from ciconv.context import Context
from ciconv.converters.circleci.document.continued import continued, without_setup
from ciconv.converters.circleci.jobs.workflow import read_workflows
from ciconv.converters.circleci.reuse.config import Config, Given, anchors_in_use, open_config
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Literal, Ref
from ciconv.ir.naming import unused
from ciconv.ir.node import Node as IrNode
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Extra
from ciconv.ir.walk import rewrite
from ciconv.source import Comment, Workspace
from ciconv.syntax import yaml
from ciconv.syntax.node import Document, Entry, Mapping, Node, children

PATHS = (".circleci/*.yml", ".circleci/*.yaml")
MAIN = (".circleci/config.yml", ".circleci/config.yaml")
_KEYS = ("version", "jobs", "workflows", "orbs", "setup")


def read_project(workspace: Workspace, paths: tuple[str, ...], context: Context) -> Project:
    """Return the pipelines of the files: one for each workflow."""
    pipelines: list[Pipeline] = []
    first = [path for path in MAIN if path in paths]
    made = [one for path in first for one in _read_file(path, paths, {}, context)]
    done = continued(tuple(made), workspace.paths()) if context.expand else None
    if done is not None:
        made = list(without_setup(tuple(made), done, context))
    others = [path for path in paths if path not in first]
    if done is not None and done.path not in others:
        others.append(done.path)
    for path in others:
        given = done.values if done is not None and done.path == path else {}
        made += _read_file(path, paths, given, context)
    for pipeline in made:
        pipelines.append(replace(pipeline, id=_unused(pipeline.id, pipelines)))
    return Project(origin="circleci", pipelines=tuple(pipelines))


def _unused(name: str, taken: list[Pipeline]) -> str:
    """The name, with a number where a workflow of another file has it, too."""
    known = {one.id.lower() for one in taken}
    return unused(name, known, by=str.lower)


def _read_file(
    path: str, paths: tuple[str, ...], given: Given, context: Context
) -> tuple[Pipeline, ...]:
    source = context.source(path)
    documents = () if source is None else yaml.parse(source, context.diagnostics)
    if not documents:
        return ()
    if len(documents) > 1:
        context.diagnostics.error(
            "several-documents", "a configuration holds one document", documents[1].root.span
        )
        return ()
    document = documents[0]
    root = document.root
    if not isinstance(root, Mapping) or not any(root.get(key) is not None for key in _KEYS):
        if len(paths) > 1 and path not in MAIN:
            return ()  # other files lie there, too
        context.diagnostics.error(
            "not-a-configuration",
            "a configuration is a mapping with 'version', 'jobs' and 'workflows'",
            root.span,
        )
        return ()
    return _read_config(document, root, given, context)


def _read_config(
    document: Document, root: Mapping, given: Given, context: Context
) -> tuple[Pipeline, ...]:
    config = open_config(root, context, given)
    pipelines = read_workflows(config)
    extras = config.fields.extra("circleci", "setup", "experimental", "notify")
    extras = tuple(one for one in extras if getattr(one.value, "value", None) is not False)
    extras = (*extras, *_leftovers(config, root))
    config.usage.report(context)
    comments = (*document.leading, *config.comments, *config.fields.comments)
    if "pipeline.in_setup" in root.span.source.text:
        pipelines = _with_phase(pipelines, is_setup=bool(_setup(extras)))
    found = tuple(replace(one, path=document.path, tree=root) for one in pipelines)
    return tuple(
        _outermost(one, extras, comments)
        if number == 0
        else replace(one, extras=(*one.extras, *_setup(extras)))
        for number, one in enumerate(found)
    )


def _outermost(one: Pipeline, extras: tuple[Extra, ...], comments: tuple[Comment, ...]) -> Pipeline:
    return replace(one, extras=(*extras, *one.extras), comments=(*comments, *one.comments))


def _setup(extras: tuple[Extra, ...]) -> tuple[Extra, ...]:
    return tuple(one for one in extras if one.key == "setup")


def _with_phase(pipelines: tuple[Pipeline, ...], *, is_setup: bool) -> tuple[Pipeline, ...]:
    """The pipelines with the answer to `pipeline.in_setup`, which their file gives."""

    def change(node: IrNode) -> IrNode:
        if isinstance(node, Ref) and node.path == ("pipeline", "in_setup"):
            return Literal(value=is_setup, span=node.span)
        return node

    return tuple(rewrite(one, change) for one in pipelines)


def _leftovers(config: Config, root: Mapping) -> tuple[Extra, ...]:
    """Report keys that nobody knows, but for those that hold what aliases refer to."""
    in_use = anchors_in_use(root)
    known = [entry for entry in root.entries if _holds_anchor(entry.value)]
    for entry in known:
        config.fields.entry(entry.name)
    for entry in known:
        if entry.name not in _HANDLED:
            config.context.diagnostics.add(
                Diagnostic(
                    code="anchors-only",
                    severity=Severity.NOTE,
                    message=f"{entry.name!r} only holds what aliases refer to",
                    span=entry.key.span,
                )
            )
            for node in _unused_anchors(entry, in_use):
                config.context.diagnostics.warning(
                    "unused-anchor", f"nothing refers to the anchor {node.anchor!r}", node.span
                )
            for hidden in config.plain.replaced(entry.value):
                config.context.diagnostics.note(
                    "replaced-key",
                    f"wherever {hidden.name!r} is merged, a key beside the merge replaces it",
                    hidden.span,
                )
    return config.fields.leftovers("circleci")


_HANDLED = frozenset(
    ("version", "setup", "orbs", "jobs", "commands", "executors", "parameters", "workflows")
)


def _holds_anchor(node: Node) -> bool:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.anchor is not None:
            return True
        waiting.extend(children(one))
    return False


def _unused_anchors(entry: Entry, in_use: frozenset[str]) -> list[Node]:
    """The parts of an entry that nothing refers to, outermost first."""
    found: list[Node] = []
    waiting = [entry.value]
    while waiting:
        one = waiting.pop()
        if one.anchor is not None:
            if one.anchor not in in_use:
                found.append(one)
            continue
        waiting.extend(children(one))
    return found
