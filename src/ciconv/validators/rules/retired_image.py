"""The rule `retired-image`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.circleci import places
from ciconv.validators.github.workflow import entries, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_OLDEST_XCODE = 14  # the oldest major version that was still there in 2026
_MAJOR = re.compile(r"(\d+)(\.\d+)*")
_RETIRED = re.compile(r"(ubuntu-1[46]04|circleci/classic)[:-].*")  # gone since 2022


class RetiredImage(Rule):
    """An executor asks for an image of a machine that CircleCI has taken away.

    The job is refused when it starts. Versions of Xcode are there for about two years; images with
    Ubuntu 14.04 and 16.04 have been gone since 2022.
    https://circleci.com/docs/guides/test/testing-ios/#supported-xcode-versions
    """

    code = "retired-image"
    summary = "an image of a machine that CircleCI does not have any more"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the images of jobs and executors that are gone, those of orbs in the file too."""
        for _, root in subject.mappings():
            for place in places(root):
                for key in ("executors", "jobs"):
                    for _, holder in entries(place.root.get(key)):
                        if isinstance(holder, Mapping):
                            yield from self._judge(holder)

    def _judge(self, holder: Mapping) -> Iterator[Diagnostic]:
        xcode = scalar_of(holder.get("macos"), "xcode")
        if xcode is not None and _is_old(xcode):
            said = f"CircleCI has no machines with Xcode {xcode.text} any more"
            yield self.found(xcode.span, said, "take a newer one")
        image = scalar_of(holder.get("machine"), "image")
        if image is not None and _RETIRED.fullmatch(image.text):
            said = f"CircleCI has no machines {image.text!r} any more"
            yield self.found(image.span, said, "take a newer one, such as 'ubuntu-2404:current'")


def _is_old(xcode: Scalar) -> bool:
    found = _MAJOR.fullmatch(xcode.text)
    return found is not None and int(found[1]) < _OLDEST_XCODE
