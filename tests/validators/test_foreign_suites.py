"""What other projects' own suites accept, we accept; what they refuse, we refuse.

CICONV_LANGUAGESERVICES, CICONV_GITLAB_CI_LOCAL and CICONV_CIRCLECI_LANGUAGE_SERVER name checkouts
of actions/languageservices, firecow/gitlab-ci-local and CircleCI's language server.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import ciconv
from validators.foreign_suites import SuiteCase, circleci_cases, gitlab_cases, parser_cases

SHARE = 0.95  # of the verdicts that have to be those of the suite

# Where our verdict is another one, and why. It is the system's own verdict where the reason begins
# with the name of the system: what the suite's program does not know, or does otherwise.
GITHUB = {
    "escape-html-values": "GitHub has no machine that is macOS and Linux at once",
    "events-mapping-all": "GitHub refuses a filter and its opposite",
    "reusable-workflow-job-basic": "GitHub finds no output of a step that is not there",
    "step-run": "GitHub, as above",
    "workflow-env": "GitHub has that machine no more",
}
GITLAB = {
    "cache-docker-mount .gitlab-ci.yml": "GitLab refuses '/' in the key of a cache",
    "cache-docker-mount-globstar .gitlab-ci.yml": "what it cannot run itself",
    "cache-key-invalid-files .gitlab-ci-three.yml": "GitLab takes ten files for the key of a cache",
    "dependency-proxy .gitlab-ci.yml": "a variable that it lacks, and GitLab has",
    "image .gitlab-ci-invalid-image.yml": "an image that the registry does not have",
    "interactive-image .gitlab-ci.yml": "a setting of its own in a comment",
    "include-component/no-component-template-file .gitlab-ci.yml": "another project's files",
    "include-invalid-project-file-ref .gitlab-ci.yml": "as above",
    "include-invalid-remote .gitlab-ci.yml": "a file on a server",
    "never-needs/ .gitlab-ci.yml": "GitLab refuses a needed job that is never there",
    "schema-validation-ignore .gitlab-ci-2.yml": "it is told to let the file pass",
}
CIRCLECI = {
    "Invalid remote orb": "an orb that the registry does not have",
    "Should work on jobs": "CircleCI refuses a job without steps",
    "Should work on jobs with parameter": "CircleCI, as above",
}
SYSTEMS = ("GitHub", "GitLab", "CircleCI")


@pytest.mark.parametrize(
    ("variable", "cases", "format", "exceptions"),
    [
        ("CICONV_LANGUAGESERVICES", parser_cases, "github", GITHUB),
        ("CICONV_GITLAB_CI_LOCAL", gitlab_cases, "gitlab", GITLAB),
        ("CICONV_CIRCLECI_LANGUAGE_SERVER", circleci_cases, "circleci", CIRCLECI),
    ],
    ids=["github", "gitlab", "circleci"],
)
def test_verdicts(
    variable: str,
    cases: Callable[[Path], Iterator[SuiteCase]],
    format: str,
    exceptions: Mapping[str, str],
) -> None:
    """Those that differ are the exceptions above, and they are few."""
    checkout = os.environ.get(variable)
    if not checkout:
        pytest.skip(f"{variable} names no checkout")
    every = list(cases(Path(checkout)))
    wrong = [one.name for one in every if accepts(one, format) != one.is_valid]
    assert sorted(wrong) == sorted(exceptions)
    alike = len(every) - len(wrong)
    right = alike + sum(why.startswith(SYSTEMS) for why in exceptions.values())
    print(f"{format}: {alike} of {len(every)} verdicts are those of the suite, {right} are right")
    assert right >= SHARE * len(every)


def accepts(case: SuiteCase, format: str) -> bool:
    """Whether we find no error in the files of a case."""
    found = ciconv.validate(case.files, format=format)
    return all(one.severity != "error" for one in found)
