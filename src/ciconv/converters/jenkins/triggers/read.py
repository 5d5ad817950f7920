"""`triggers`: what starts a pipeline. Branches and change requests do so without being named.

https://www.jenkins.io/doc/book/pipeline/syntax/#triggers
"""

import re
from collections.abc import Iterator

from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.sections import Directive, Section, extra
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.triggers.schedules import schedules
from ciconv.ir.expression import constant
from ciconv.ir.filter import Filter, Pattern
from ciconv.ir.node import replace
from ciconv.ir.step import Extra
from ciconv.ir.trigger import EventKind, Trigger, Word
from ciconv.source import Span
from ciconv.syntax.groovy import tree

_PUSHES = frozenset(("githubPush", "gitlab", "bitbucketPush", "pollSCM"))


def read_triggers(
    triggers: Directive | None, place: Place, span: Span, *, tags: bool
) -> tuple[tuple[Trigger, ...], tuple[Extra, ...]]:
    """Return what starts the pipeline of a branch, and what only Jenkins knows of it.

    `tags`: whether the pipeline speaks of tags, which a project builds only when it is told to.
    """
    every = Filter(patterns=(Pattern(text="**"),))
    found = [
        Trigger(kind=EventKind.PUSH, native="push", branches=None if tags else every, span=span),
        Trigger(kind=EventKind.PULL_REQUEST, native="pull_request", span=span),
        Trigger(kind=EventKind.MANUAL, native="workflow_dispatch", span=span),
    ]
    extras: list[Extra] = []
    for one in Section(triggers.body).rest() if triggers is not None else ():
        new = tuple(_trigger(one, place.scope))
        if one.name in _PUSHES:
            said = "a push starts the pipeline at once, so nobody looks for changes"
            place.notes.say(said, one.statement, "poll-scm")
        elif one.name == "parameterizedCron" or not new:
            extras.append(extra(f"triggers.{one.name}", one.statement))
        elif _is_hashed(one):
            times = ", ".join(repr(trigger.cron) for trigger in new)
            said = f"Jenkins takes the time from the name of the job: it is {times} now"
            place.notes.say(said, one.statement, "hashed-schedule")
        if new:
            found.append(replace(new[0], comments=one.comments))
            found += new[1:]
        elif one.comments:
            found[0] = replace(found[0], comments=(*found[0].comments, *one.comments))
    return tuple(found), tuple(extras)


def _said(one: Directive, name: str, scope: Scope) -> str:
    node = one.named(name) or next(iter(one.values), None)
    node = None if node is None else _of_the_main_branch(node)
    return "" if node is None else constant(read_expression(node, scope)) or ""


def _of_the_main_branch(node: tree.Expr) -> tree.Expr:
    """`condition ? '…' : ''`: no other branch has a schedule."""
    plain = tree.plain(node)
    if not isinstance(plain, tree.Ternary) or plain.yes is None:
        return node
    no = plain.no
    is_empty = isinstance(no, tree.String) and no.constant == ""
    return plain.yes if is_empty and "BRANCH" in plain.condition.span.text else node


def _is_hashed(one: Directive) -> bool:
    """Whether the time depends on the name of the job."""
    return one.name == "cron" and re.search(r"\bH\b|@", one.span.text) is not None


def _trigger(one: Directive, scope: Scope) -> Iterator[Trigger]:
    if one.name in ("cron", "parameterizedCron"):
        name = "spec" if one.name == "cron" else "parameterizedSpecification"
        said = _said(one, name, scope) or _said(one, "parameterizedSchedule", scope)
        for cron, zone in schedules(said, one.span.source.path):
            yield Trigger(
                kind=EventKind.SCHEDULE,
                native="schedule",
                cron=cron,
                timezone=zone,
                span=one.span,
            )
    elif one.name == "upstream":
        names = [part.strip() for part in _said(one, "upstreamProjects", scope).split(",")]
        words = tuple(Word(text=name, span=one.span) for name in names if name)
        if words:
            yield Trigger(
                kind=EventKind.UPSTREAM, native="workflow_run", upstreams=words, span=one.span
            )
