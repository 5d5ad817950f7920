"""What `--for` says is what a conversion says."""

import pytest

import ciconv
from cases import CASES, Case
from ciconv.profile import Outcome
from ciconv.validators.settings import Settings

TARGETS = ("github", "gitlab", "circleci", "jenkins", "nixactions")
SOME = [one for one in CASES if not one.settings.get("invalid")][::9]


@pytest.mark.parametrize("case", SOME, ids=str)
def test_the_losses_of_a_conversion_are_told(case: Case) -> None:
    """Each at its place, but for what becomes the same by other means."""
    for target in TARGETS:
        if target == case.format:
            continue
        done = ciconv.convert(case.inputs, to=target, format=case.format)
        if not done.files:
            continue
        wanted = {
            (one.span, f"{one.message} ({one.loss.outcome})")
            for one in done.diagnostics
            if one.loss is not None and one.loss.outcome is not Outcome.LOWERED
        }
        settings = Settings(targets=(target,), select=("portability",))
        said = ciconv.validate(case.inputs, format=case.format, settings=settings)
        told = {(one.span, one.message.partition(": ")[2]) for one in said}
        assert told == wanted
