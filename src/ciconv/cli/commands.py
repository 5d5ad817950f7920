"""The commands, by the names people type, in the order of the help."""

from collections.abc import Callable

from ciconv.cli import (
    audit,
    convert,
    diff,
    dry_run,
    explain,
    formats,
    graph,
    guide,
    list,
    pairs,
    plan,
    status,
    update,
    validate,
    verify,
)

COMMANDS: dict[str, Callable[..., None]] = {
    "convert": convert.convert,
    "dry-run": dry_run.dry_run,
    "plan": plan.plan,
    "verify": verify.verify,
    "validate": validate.validate,
    "explain": explain.explain,
    "diff": diff.diff,
    "guide": guide.guide,
    "graph": graph.graph,
    "audit": audit.audit,
    "status": status.status,
    "rollback": status.rollback,
    "list": list.list_pipelines,
    "formats": formats.formats,
    "update": update.update,
    **dict(pairs.commands()),
}
