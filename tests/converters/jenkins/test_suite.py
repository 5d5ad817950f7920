"""Jenkins' own cases: what it accepts, we accept; what it refuses for its text, we refuse.

They are in the repository jenkinsci/pipeline-model-definition-plugin: CICONV_JENKINS_SUITE names a
checkout. They are on no package registry, so that missing ones are never an error.
"""

import json
import os
import re
from pathlib import Path

import pytest

import ciconv
from ciconv.diagnostics import Diagnostic, Diagnostics
from ciconv.source import Source
from ciconv.syntax.groovy.parser import parse
from jenkins_json import to_jenkins_json

CHECKOUT = os.environ.get("CICONV_JENKINS_SUITE")
RESOURCES = "pipeline-model-definition/src/test/resources"
ERRORS = "errors/"

# no pipeline at the top of the file: it is made by a library, by `evaluate`, or the file is none
NO_PIPELINE = (
    "fromEvaluate",
    "libraries/libForMultiplePipelinesDefinedInLibrary",
    "libraries/libForMultiplePipelinesExecutedInLibrary",
    "libraries/libForPipelineDefinedInLibrary",
    "libraries/multiplePipelinesDefinedInLibraryFirst",
    "libraries/multiplePipelinesDefinedInLibrarySecond",
    "libraries/objectMethodPipelineCall",
    "libraries/pipelineDefinedInLibrary",
    "org/jenkinsci/",
    "steps/validateDeclarativePipelineStep",
)
# invalid, though it stands beside the valid ones; tests of Jenkins that are switched off
INVALID_ELSEWHERE = (
    "when/conditions/allOfEmpty",
    "when/whenEmpty",
    "matrix/matrixStagesGroupsAndStages",
    "matrix/matrixStagesHaveStatusAndPost",
    "matrix/matrixStagesNestedInSequential",
    "matrix/matrixStagesShouldntTriggerNSE",
)
# what the file does not show: plug-ins and tools of the test server, and faults of the run
NOT_IN_THE_TEXT = (
    "errors/agentUnknownParamForType",
    "errors/invalidParameterType",
    "errors/invalidParameterTypeInInput",
    "errors/invalidPropertiesType",
    "errors/invalidTriggerType",
    "errors/notInstalledToolVersion",
    "errors/optionValidatorContributor",
    "errors/postValidatorContributor",
    "errors/scriptSecurityRejectionInEnvironment",
    "errors/scriptSecurityRejectionInSteps",
    "errors/scriptSecurityRejectionInWhenExpression",
    "errors/tooManyUnnamedParameters",
    "errors/unlistedToolType",
    "errors/validatorContributor",
)


def cases() -> list[tuple[str, Path]]:
    """All files of the suite by their name."""
    if CHECKOUT is None:
        return []
    folder = Path(CHECKOUT) / RESOURCES
    found = sorted(folder.rglob("*.groovy"))
    return [(path.relative_to(folder).with_suffix("").as_posix(), path) for path in found]


def errors(path: Path) -> list[Diagnostic]:
    """The errors in a file."""
    text = path.read_text("utf-8")
    read = ciconv.read({"Jenkinsfile": text}, format="jenkins")
    return [one for one in read.diagnostics if one.severity == "error"]


def lines(path: Path) -> list[int]:
    """The lines on which the errors of a file begin."""
    return sorted({one.span.start.line for one in errors(path) if one.span is not None})


@pytest.mark.skipif(CHECKOUT is None, reason="CICONV_JENKINS_SUITE names no checkout")
def test_verdicts() -> None:
    """Valid files are accepted, invalid ones refused, but for the exceptions above."""
    every = cases()
    assert len(every) == 425
    valid = [
        one
        for one in every
        if not one[0].startswith((ERRORS, *NO_PIPELINE)) and one[0] not in INVALID_ELSEWHERE
    ]
    refused = {name: errors(path)[:1] for name, path in valid if errors(path)}
    assert refused == {}
    invalid = [one for one in every if one[0].startswith(ERRORS)]
    accepted = tuple(name for name, path in invalid if not errors(path))
    assert accepted == NOT_IN_THE_TEXT
    # the lines of what is wrong in each file, read beside it by hand
    right = json.loads((Path(__file__).parent / "suite_lines.json").read_text("utf-8"))
    found = {name.removeprefix(ERRORS): lines(path) for name, path in invalid}
    assert {name: on for name, on in found.items() if on} == right
    print(f"{len(valid)} valid, {len(invalid) - len(accepted)} of {len(invalid)} invalid refused")


# pairs whose JSON says something else than its Groovy: another indentation of a script, a text for
# a flag, blanks around a sign, no comparator, another name of the agent
NOT_THE_SAME = (
    "agent/agentNoneWithNode",
    "jsonSchemaNull",
    "libraries/globalLibrarySuccess",
    "parallel/parallelStagesGroupsAndStages",
    "when/conditions/changelog/changeset",
    "when/whenEnv",
)
LISTS = "java/org/jenkinsci/plugins/pipeline/modeldefinition/AbstractModelDefTest.java"


@pytest.mark.skipif(CHECKOUT is None, reason="CICONV_JENKINS_SUITE names no checkout")
def test_models() -> None:
    """The pairs that Jenkins compares with each other: our model is their JSON."""
    tests = Path(CHECKOUT or "") / RESOURCES / ".."
    lists = re.findall(
        r"SHOULD_PASS_CONFIGS = ImmutableList\.of\((.*?)\);",
        (tests / LISTS).read_text("utf-8"),
        re.DOTALL,
    )
    names = [name for one in lists for name in re.findall(r'"([^"]+)"', one)]
    assert len(names) == 49
    wrong = []
    for name in names:
        groovy = (tests / "resources" / f"{name}.groovy").read_text("utf-8")
        wanted = json.loads((tests / "resources/json" / f"{name}.json").read_text("utf-8"))
        script = parse(Source("Jenkinsfile", groovy), Diagnostics())
        if to_jenkins_json(script) != wanted:
            wrong.append(name)
    assert sorted(wrong) == sorted(NOT_THE_SAME)
