"""The rule `missing-include`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.gitlab.config import configs
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MissingInclude(Rule):
    """A file of the repository is included that is not there, and GitLab refuses the pipeline.

    Files of other projects, templates and components are not looked for.
    """

    code = "missing-include"
    summary = "a local include that is not there"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the local includes without a file, where the repository can be seen."""
        for config in configs(subject):
            for one in config.included.missing:
                if len(subject.paths()) < 2:
                    return  # only this file is at hand
                text = one.span.source.text
                start = text.rfind("\n", 0, one.span.start_offset) + 1
                before = text[start : one.span.start_offset]
                local = "local" in before or before.strip() in ("-", "include:", "include: [")
                plain = not any(sign in one.name for sign in "*$:@")
                if one.has_rules:
                    continue
                if local and plain and not one.name.startswith("http") and " " not in one.name:
                    yield self.found(one.span, f"there is no file {one.name!r}")
