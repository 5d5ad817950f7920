"""The rule `unpinned-image`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import constant
from ciconv.validators.meaning import jobs_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnpinnedImage(Rule):
    """An image has no tag, or the tag `latest`, so that it is another one from time to time.

    A digest never moves: `image@sha256:…`; a tag with a version moves rarely.
    """

    code = "unpinned-image"
    summary = "an image without a version"
    severity = Severity.WARNING
    opt_in = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the images of jobs and services without a version."""
        for pipeline in subject.pipelines():
            for job in jobs_of(pipeline):
                for one in (job.container, *job.services):
                    image = None if one is None else constant(one.image)
                    if one is None or not image or "@" in image or "$" in image:
                        continue
                    tag = image.rpartition("/")[2].partition(":")[2]
                    if tag in ("", "latest"):
                        said = f"the image {image!r} has no version"
                        yield self.found(
                            one.image.span or one.span, said, "add a tag, or better a digest"
                        )
