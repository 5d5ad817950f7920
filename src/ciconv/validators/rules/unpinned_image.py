"""The rule `unpinned-image`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import constant
from ciconv.source import Span
from ciconv.validators.github import actions
from ciconv.validators.meaning import jobs_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_DOCKER = "docker://"


class UnpinnedImage(Rule):
    """An image has no tag, or the tag `latest`, so that it is another one from time to time.

    A digest never moves: `image@sha256:…`; a tag with a version moves rarely, and is a note.
    """

    code = "unpinned-image"
    summary = "an image without a version"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the images of jobs, services and steps without a version."""
        for pipeline in subject.pipelines():
            for job in jobs_of(pipeline):
                for one in (job.container, *job.services):
                    if one is not None:
                        yield from self._judge(constant(one.image), one.image.span or one.span)
        for used in actions(subject) if subject.format == "github" else ():
            if used.text.startswith(_DOCKER):
                yield from self._judge(used.text.removeprefix(_DOCKER), used.uses.span)

    def _judge(self, image: str | None, at: Span | None) -> Iterator[Diagnostic]:
        if not image or "@" in image or "$" in image:
            return
        if image.rpartition("/")[2].partition(":")[2] in ("", "latest"):
            said = f"the image {image!r} has no version"
            yield self.found(at, said, "add a tag, or better a digest")
        else:
            said = f"the tag of the image {image!r} may be moved to another one"
            yield self.found(at, said, "add a digest", severity=Severity.NOTE)
