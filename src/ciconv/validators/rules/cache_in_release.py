"""The rule `cache-in-release`."""

import re
from collections.abc import Iterator

from ciconv.catalog.catalog import Kind
from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Run, Step, Use
from ciconv.ir.trigger import EventKind
from ciconv.validators.meaning import Meaning, jobs_of, meanings, script_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_PUBLISHING = frozenset(
    (
        "pypa/gh-action-pypi-publish",
        "softprops/action-gh-release",
        "ncipollo/release-action",
        "goreleaser/goreleaser-action",
        "actions/create-release",
        "rubygems/release-gem",
        "crazy-max/ghaction-chocolatey",
    )
)


_PUBLISHES = re.compile(
    r"\b(?:cargo|npm|pnpm|poetry|uv|yarn npm) publish\b|\btwine upload\b|\bgem push\b"
)
# actions that restore a cache, with the input and its value that forbid it
_CACHING = {
    "swatinem/rust-cache": ("lookup-only", "true"),
    "actions/setup-go": ("cache", "false"),
    "actions/setup-node": ("package-manager-cache", "false"),
    "mozilla-actions/sccache-action": ("", ""),  # nothing forbids it
    "determinatesystems/magic-nix-cache-action": ("", ""),
    "docker/setup-buildx-action": ("cache-binary", "false"),
    "jdx/mise-action": ("cache", "false"),
    "pnpm/action-setup": ("cache", ""),
    "astral-sh/setup-uv": ("enable-cache", "false"),
    "gradle/actions/setup-gradle": ("cache-disabled", "true"),
}
# inputs that ask for one
_ASKING = ("cache", "bundler-cache", "sccache", "enable-cache", "cache-dependency-path")


class CacheInRelease(Rule):
    """A release is built with files from a cache, which a job with fewer rights may have written.

    Somebody who gets to run code in any workflow of the branch can put changed files into the
    cache, and so into what is published. Build what is published without a cache. A workflow that
    only releases start counts as one that publishes.
    """

    code = "cache-in-release"
    summary = "a cache in a job that publishes"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the caches of jobs that publish."""
        if subject.format != "github":
            return
        for pipeline in subject.pipelines():
            for job in jobs_of(pipeline):
                yield from self._job(job, pipeline, subject)

    def _job(self, job: Job, pipeline: Pipeline, subject: Subject) -> Iterator[Diagnostic]:
        steps = list(meanings(job, subject.context.catalog))
        release = any(
            one.kind is EventKind.RELEASE or (one.tags is not None and one.branches is None)
            for one in pipeline.triggers
        )
        always = all(one.kind is EventKind.RELEASE for one in pipeline.triggers)
        places = [one.step.span for one in steps if _publishes(one.step)]
        if not (places or (release and always)):
            return
        for one in filter(_restores, steps):
            labels = tuple(Label(at, "it is published here") for at in places[:1] if at)
            said = "what is published may come from this cache"
            advice = "build what is published without restored caches"
            yield self.found(one.step.span, said, advice, labels=labels)


def _publishes(step: Step) -> bool:
    if isinstance(step, Run):
        return _PUBLISHES.search(script_of(step)) is not None
    return isinstance(step, Use) and step.ref.name.lower() in _PUBLISHING


def _restores(one: Meaning) -> bool:
    if one.kind in (Kind.CACHE, Kind.RESTORE_CACHE):
        return True
    if not isinstance(one.step, Use):
        return False
    name = one.step.ref.name.lower()
    if name in _CACHING:
        word, off = _CACHING[name]
        given = one.text(word)
        return given not in (None, "false") if word and not off else given != off
    return any(one.text(word) not in (None, "", "false") for word in _ASKING)
