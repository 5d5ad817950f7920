"""Conversions that others publish, and that are wrong: ours are right, each in a case of its own.

The right text is looked for in what is expected of a case, the published one must not be there.
"""

import re
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"

# what it is about, the case and the target, what has to be there, what must not
Row = tuple[str, tuple[str, str], list[str], list[str]]
TABLE: tuple[Row, ...] = (
    (
        "a branch of Jenkins is no ref",
        ("jenkins/when-branch", "github"),
        [r"github\.ref == 'refs/heads/production'"],
        [r"github\.ref == 'production'"],
    ),
    (
        "stages on one agent are one job",
        ("jenkins/stages-on-one-agent", "github"),
        [r"(?s)\A(?!.*runs-on.*runs-on).*make test"],
        [r"(?s)actions/checkout.*actions/checkout"],
    ),
    ("who polls is told of pushes", ("jenkins/triggers-poll", "github"), [r"push:"], [r"schedule"]),
    (
        "another job is started with its parameters, or the step fails",
        ("jenkins/build-job", "github"),
        [r"VERSION", r"exit 1"],
        [r"workflow_dispatch.*deploy"],
    ),
    (
        "parallelism is a matrix with a count and an index",
        ("circleci/parallelism", "github"),
        [r"node: \[0, 1, 2\]", r"CIRCLE_NODE_TOTAL: '3'"],
        [],
    ),
    (
        "every branch is no push of tags",
        ("circleci/every-branch", "github"),
        [r"branches: \['\*\*'\]"],
        [r"\[master\]", r"tags:"],
    ),
    (
        "a service beside a job in a container has its own name",
        ("circleci/services-on-localhost", "github"),
        [r"PGHOST: postgres"],
        [r"PGHOST: (localhost|127\.0\.0\.1)"],
    ),
    (
        "the version is that of the image, and comes before what needs the repository",
        ("circleci/wrong-conversions", "github"),
        [r"cimg/ruby:2\.7\.5", r"(?s)checkout@.*bundle install"],
        [r"3\.0\.2", r"(?s)bundle.*checkout@.*rake"],
    ),
    (
        "lines of a script are one step",
        ("gitlab/scripts", "github"),
        [r"run: \|-\n +cd web\n +npm ci\n"],
        [],
    ),
    (
        "a newer run ends no job that may not be interrupted",
        ("gitlab/wrong-conversions", "github"),
        [r"on: \[push"],
        [r"cancel-in-progress: true"],
    ),
    (
        "files are taken by the name they were kept under",
        ("gitlab/wrong-conversions", "github"),
        [r"name: build-osx", r"pattern: build-osx"],
        [r"name: build:osx\n +path", r"name: \$\{\{ github\.job \}\}\n"],
    ),
    (
        "a branch and a tag are no refs",
        ("circleci/wrong-conversions", "github"),
        [r"CIRCLE_BRANCH: .*refs/heads/.*ref_name", r"CIRCLE_TAG: .*refs/tags/.*ref_name"],
        [r"CIRCLE_\w+: \$\{\{ github\.ref \}\}"],
    ),
    (
        "instances are counted from one",
        ("gitlab/wrong-conversions", "github"),
        [r"ci_node: \[1, 2\]", r"CI_NODE_INDEX: \$\{\{ matrix\.ci_node \}\}"],
        [r"CI_NODE_INDEX: .*job-index"],
    ),
    (
        "a short commit has eight signs, a host is no address",
        ("gitlab/wrong-conversions", "github"),
        [r"%\.8s", r"CI_SERVER_HOST: github\.com"],
        [r"CI_COMMIT_SHORT_SHA: \$\{\{ github\.sha", r"CI_SERVER_HOST: .*https"],
    ),
    (
        "a slug is worked out, and the run and its commit have names of their own",
        ("gitlab/wrong-conversions", "github"),
        [r"CI_COMMIT_REF_SLUG=\$\(printf [^\n]*tr "],
        [r"CI_COMMIT_REF_SLUG: \$\{\{ github\.ref"],
    ),
    (
        "a run is no workflow, a revision not only that of a pull request",
        ("circleci/wrong-conversions", "github"),
        [r"\./name\.sh \$\{\{ github\.run_id \}\} \$\{\{ github\.sha \}\}"],
        [r"github\.workflow \}\}", r"head\.sha"],
    ),
    (
        "outputs and versions are those of today",
        ("circleci/parallelism", "github"),
        [r"checkout@v[4-9]", r"upload-artifact@v[4-9]"],
        [r"@v[123]\b", r"::set-output"],
    ),
    (
        "no branch is searched for in a ref",
        ("gitlab/wrong-conversions", "github"),
        [r"if: github\.ref == 'refs/heads/master'"],
        [r"contains\(github\.ref"],
    ),
    (
        "parallel stages are jobs beside each other",
        ("jenkins/parallel-stages", "github"),
        [r"(?s)  linux:.*needs: build.*  windows:.*needs: build"],
        [r"max-parallel"],
    ),
    (
        "a job upstream starts the workflow",
        ("jenkins/triggers-upstream", "github"),
        [r"workflow_run:"],
        [r"needs:"],
    ),
    (
        "excludes of a matrix are excluded",
        ("jenkins/matrix-excludes", "github"),
        [r"exclude:"],
        [r"max-parallel"],
    ),
    (
        "a part of a ref is searched for, and a machine is no image",
        ("github/wrong-conversions", "gitlab"),
        [r"=~ /staging/i?", r"image: \S+:noble"],
        [r"== ['\"]staging", r"image: ubuntu-latest"],
    ),
    (
        "an approval blocks what comes after it",
        ("circleci/wrong-conversions", "gitlab"),
        [r"(?s)hold:.*rules:\n +- when: manual"],
        [r"allow_failure: true"],
    ),
    (
        "cells of a matrix do not wait for each other",
        ("jenkins/matrix-excludes", "github"),
        [r"matrix:"],
        [r"max-parallel: 1"],
    ),
    (
        "the name of a ref is no full ref",
        ("github/wrong-conversions", "gitlab"),
        [r'\$CI_COMMIT_BRANCH == "main"'],
        [r"refs/heads/main"],
    ),
    (
        "lists of a matrix are lists, and scripts use the names that they have",
        ("github/wrong-conversions", "gitlab"),
        [r"os: \[ubuntu, debian\]", r"\"\$os\""],
        [r"'\[ubuntu", r"OS:"],
    ),
    (
        "branches of a trigger are a rule",
        ("github/wrong-conversions", "gitlab"),
        [r"if: \$CI_PIPELINE_SOURCE == \"push\" && \$CI_COMMIT_BRANCH =~ /\^\(main\|feature"],
        [],
    ),
    (
        "a step after failures asks for them, an unknown orb fails, an approval is a gate",
        ("circleci/wrong-conversions", "github"),
        [
            r"(?s)if: failure\(\)\n +run: \./tell\.sh",
            r"secret-tools[^\n]* was not converted[^\n]*\n +exit 1",
            "hold:",
        ],
        [],
    ),
    (
        "no job with a before_script or several instances is lost",
        ("gitlab/wrong-conversions", "github"),
        [r"  test:", r"\./setup\n +\./test"],
        [],
    ),
)


@pytest.mark.parametrize(
    ("where", "there", "absent"),
    [pytest.param(*row[1:], id=re.sub(r"\W+", "-", row[0])) for row in TABLE],
)
def test_is_right(where: tuple[str, str], there: list[str], absent: list[str]) -> None:
    """The right text stands in what is expected of the case, the published one does not."""
    case, target = where
    files = (FIXTURES / case / "expected" / target).rglob("*.yml")
    text = "\n".join(path.read_text("utf-8") for path in sorted(files))
    assert text
    assert [one for one in there if not re.search(one, text)] == []
    assert [one for one in absent if re.search(one, text)] == []
