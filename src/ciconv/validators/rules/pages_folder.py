"""The rule `pages-folder`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, Scalar
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.github.workflow import entry_of
from ciconv.validators.gitlab.config import configs, items_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_FOLDER = "public"
_SCRIPTS = ("before_script", "script")


class PagesFolder(Rule):
    """The job `pages` publishes the folder `public`, and nothing in it makes one.

    Neither its script nor its artifacts name the folder. Another one is named by `pages: {publish:
    …}`. https://docs.gitlab.com/user/project/pages/
    """

    code = "pages-folder"
    summary = "a job `pages` that publishes nothing"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the job where the folder is never spoken of."""
        for config in configs(subject):
            job = config.job("pages")
            at = entry_of(config.root, "pages")
            if job is None or at is None or job.get("script") is None:
                continue
            if any(job.get(name) is not None for name in ("pages", "publish", "trigger")):
                continue
            if not any(_FOLDER in one.text or "$" in one.text for one in _paths(job)) and not any(
                _FOLDER in one.text for name in _SCRIPTS for one in _texts(job, name)
            ):
                advice = "put the site into 'public', and that into 'artifacts: paths'"
                place = entry_of(job.get("artifacts"), "paths") or at
                yield self.found(place.key.span, "nothing makes the folder 'public'", advice)


def _paths(job: Mapping) -> Iterator[Scalar]:
    artifacts: Node | None = job.get("artifacts")
    yield from scalars_of(artifacts.get("paths") if isinstance(artifacts, Mapping) else None)


def _texts(job: Mapping, name: str) -> Iterator[Scalar]:
    yield from (one for one in items_of(job, name) if isinstance(one, Scalar))
