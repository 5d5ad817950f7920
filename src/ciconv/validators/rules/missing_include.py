"""The rule `missing-include`."""

from collections.abc import Iterator

from ciconv.converters.gitlab.assembly.including import Missing
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.gitlab.config import configs
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MissingInclude(Rule):
    """A file is included that is not there, and GitLab refuses the pipeline.

    A file of the repository that is not there is an error. Whether one of another project, a
    template or a component is there, nobody can tell without asking: that is a warning, as what it
    says is not looked at. Put it below `.ciconv/includes`, or validate with `--online`.
    """

    code = "missing-include"
    summary = "an include that is not there"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the includes without a file; local ones where the repository can be seen."""
        for config in configs(subject):
            for one in config.included.missing:
                if one.kind != "local" and not one.told:
                    yield self._unseen(one)
                if one.kind == "local" and len(subject.paths()) > 1 and _is_wanted(one):
                    yield self.found(one.span, f"there is no file {one.name!r}")

    def _unseen(self, one: Missing) -> Diagnostic:
        said = f"{one.name!r} is not at hand, so nobody looked at what stands in it"
        advice = f"put it into the repository at {one.wanted!r}, or use --online"
        return self.found(one.span, said, advice, severity=Severity.WARNING)


def _is_wanted(one: Missing) -> bool:
    """Whether a file is included for certain: no rule decides, and no wildcard or variable."""
    return not one.has_rules and not any(sign in one.name for sign in "*$")
