"""What each system sets for scripts, in all others: it is set, or told of where a script reads it.

The lists are the vendors'. `verify` cannot see these: it compares what the files say.
https://docs.github.com/en/actions/reference/workflows-and-actions/variables
https://docs.gitlab.com/ci/variables/predefined_variables/
https://circleci.com/docs/reference/variables/#built-in-environment-variables
https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
"""

import re
from pathlib import Path

import msgspec
import pytest

import ciconv
from oracles import ROOT

GITHUB = """
GITHUB_ACTION GITHUB_ACTION_PATH GITHUB_ACTION_REPOSITORY GITHUB_ACTIONS GITHUB_ACTOR
GITHUB_ACTOR_ID GITHUB_API_URL GITHUB_BASE_REF GITHUB_ENV GITHUB_EVENT_NAME GITHUB_EVENT_PATH
GITHUB_GRAPHQL_URL GITHUB_HEAD_REF GITHUB_JOB GITHUB_OUTPUT GITHUB_PATH GITHUB_REF GITHUB_REF_NAME
GITHUB_REF_PROTECTED GITHUB_REF_TYPE GITHUB_REPOSITORY GITHUB_REPOSITORY_ID
GITHUB_REPOSITORY_OWNER GITHUB_REPOSITORY_OWNER_ID GITHUB_RETENTION_DAYS GITHUB_RUN_ATTEMPT
GITHUB_RUN_ID GITHUB_RUN_NUMBER GITHUB_SERVER_URL GITHUB_SHA GITHUB_STEP_SUMMARY
GITHUB_TRIGGERING_ACTOR GITHUB_WORKFLOW GITHUB_WORKFLOW_REF GITHUB_WORKFLOW_SHA GITHUB_WORKSPACE
RUNNER_ARCH RUNNER_DEBUG RUNNER_ENVIRONMENT RUNNER_NAME RUNNER_OS RUNNER_TEMP RUNNER_TOOL_CACHE
ACTIONS_RUNTIME_TOKEN ACTIONS_RUNTIME_URL ACTIONS_ID_TOKEN_REQUEST_URL
ACTIONS_ID_TOKEN_REQUEST_TOKEN AGENT_TOOLSDIRECTORY
"""
GITLAB = """
CHAT_CHANNEL CHAT_INPUT CHAT_USER_ID CI_API_V4_URL CI_API_GRAPHQL_URL CI_BUILDS_DIR
CI_COMMIT_AUTHOR CI_COMMIT_BEFORE_SHA CI_COMMIT_BRANCH CI_COMMIT_DESCRIPTION CI_COMMIT_MESSAGE
CI_COMMIT_REF_NAME CI_COMMIT_REF_PROTECTED CI_COMMIT_REF_SLUG CI_COMMIT_SHA CI_COMMIT_SHORT_SHA
CI_COMMIT_TAG CI_COMMIT_TAG_MESSAGE CI_COMMIT_TIMESTAMP CI_COMMIT_TITLE CI_OPEN_MERGE_REQUESTS
CI_CONCURRENT_ID CI_CONCURRENT_PROJECT_ID CI_CONFIG_PATH CI_DEBUG_TRACE CI_DEBUG_SERVICES
CI_DEFAULT_BRANCH CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX CI_DEPENDENCY_PROXY_PASSWORD
CI_DEPENDENCY_PROXY_SERVER CI_DEPENDENCY_PROXY_USER CI_DEPLOY_FREEZE CI_DEPLOY_PASSWORD
CI_DEPLOY_USER CI_DISPOSABLE_ENVIRONMENT CI_ENVIRONMENT_ID CI_ENVIRONMENT_NAME CI_ENVIRONMENT_SLUG
CI_ENVIRONMENT_URL CI_ENVIRONMENT_ACTION CI_ENVIRONMENT_TIER CI_JOB_GROUP_NAME CI_JOB_ID
CI_JOB_IMAGE CI_JOB_MANUAL CI_JOB_NAME CI_JOB_NAME_SLUG CI_JOB_STAGE CI_JOB_STATUS CI_JOB_TIMEOUT
CI_JOB_TOKEN CI_JOB_URL CI_JOB_STARTED_AT CI_KUBERNETES_ACTIVE CI_NODE_INDEX CI_NODE_TOTAL
CI_PAGES_DOMAIN CI_PAGES_URL CI_PIPELINE_ID CI_PIPELINE_IID CI_PIPELINE_NAME
CI_PIPELINE_SCHEDULE_DESCRIPTION CI_PIPELINE_SOURCE CI_PIPELINE_TRIGGERED CI_PIPELINE_URL
CI_PIPELINE_CREATED_AT CI_PROJECT_DESCRIPTION CI_PROJECT_DIR CI_PROJECT_ID CI_PROJECT_NAME
CI_PROJECT_NAMESPACE CI_PROJECT_NAMESPACE_ID CI_PROJECT_PATH CI_PROJECT_PATH_SLUG
CI_PROJECT_REPOSITORY_LANGUAGES CI_PROJECT_ROOT_NAMESPACE CI_PROJECT_TITLE CI_PROJECT_TOPICS
CI_PROJECT_URL CI_PROJECT_VISIBILITY CI_REGISTRY CI_REGISTRY_IMAGE CI_REGISTRY_PASSWORD
CI_REGISTRY_USER CI_RELEASE_DESCRIPTION CI_REPOSITORY_URL CI_RUNNER_DESCRIPTION
CI_RUNNER_EXECUTABLE_ARCH CI_RUNNER_ID CI_RUNNER_REVISION CI_RUNNER_SHORT_TOKEN CI_RUNNER_TAGS
CI_RUNNER_VERSION CI_SERVER CI_SERVER_FQDN CI_SERVER_HOST CI_SERVER_NAME CI_SERVER_PORT
CI_SERVER_PROTOCOL CI_SERVER_SHELL_SSH_HOST CI_SERVER_TLS_CA_FILE CI_SERVER_URL CI_SERVER_VERSION
CI_SERVER_VERSION_MAJOR CI_SHARED_ENVIRONMENT CI_TEMPLATE_REGISTRY_HOST CI_TRIGGER_SHORT_TOKEN
GITLAB_CI GITLAB_FEATURES GITLAB_USER_EMAIL GITLAB_USER_ID GITLAB_USER_LOGIN GITLAB_USER_NAME
KUBECONFIG TRIGGER_PAYLOAD CI_MERGE_REQUEST_APPROVED CI_MERGE_REQUEST_ASSIGNEES
CI_MERGE_REQUEST_DESCRIPTION CI_MERGE_REQUEST_DIFF_BASE_SHA CI_MERGE_REQUEST_DIFF_ID
CI_MERGE_REQUEST_DRAFT CI_MERGE_REQUEST_EVENT_TYPE CI_MERGE_REQUEST_ID CI_MERGE_REQUEST_IID
CI_MERGE_REQUEST_LABELS CI_MERGE_REQUEST_MILESTONE CI_MERGE_REQUEST_PROJECT_ID
CI_MERGE_REQUEST_PROJECT_PATH CI_MERGE_REQUEST_PROJECT_URL CI_MERGE_REQUEST_REF_PATH
CI_MERGE_REQUEST_SOURCE_BRANCH_NAME CI_MERGE_REQUEST_SOURCE_BRANCH_SHA
CI_MERGE_REQUEST_SOURCE_PROJECT_PATH CI_MERGE_REQUEST_SOURCE_PROJECT_URL
CI_MERGE_REQUEST_TARGET_BRANCH_NAME CI_MERGE_REQUEST_TARGET_BRANCH_SHA CI_MERGE_REQUEST_TITLE
"""
CIRCLECI = """
CIRCLECI CIRCLE_BRANCH CIRCLE_BUILD_NUM CIRCLE_BUILD_URL CIRCLE_JOB CIRCLE_NODE_INDEX
CIRCLE_NODE_TOTAL CIRCLE_OIDC_TOKEN CIRCLE_OIDC_TOKEN_V2 CIRCLE_ORGANIZATION_ID CIRCLE_PIPELINE_ID
CIRCLE_PR_NUMBER CIRCLE_PR_REPONAME CIRCLE_PR_USERNAME CIRCLE_PREVIOUS_BUILD_NUM CIRCLE_PROJECT_ID
CIRCLE_PROJECT_REPONAME CIRCLE_PROJECT_USERNAME CIRCLE_PULL_REQUEST CIRCLE_PULL_REQUESTS
CIRCLE_REPOSITORY_URL CIRCLE_SHA1 CIRCLE_TAG CIRCLE_USERNAME CIRCLE_WORKFLOW_ID
CIRCLE_WORKFLOW_JOB_ID CIRCLE_WORKFLOW_WORKSPACE_ID CIRCLE_WORKING_DIRECTORY
"""
JENKINS = """
BRANCH_NAME BRANCH_IS_PRIMARY CHANGE_ID CHANGE_URL CHANGE_TITLE CHANGE_AUTHOR
CHANGE_AUTHOR_DISPLAY_NAME CHANGE_AUTHOR_EMAIL CHANGE_TARGET CHANGE_BRANCH CHANGE_FORK TAG_NAME
TAG_TIMESTAMP TAG_UNIXTIME TAG_DATE JOB_DISPLAY_URL RUN_DISPLAY_URL BUILD_NUMBER BUILD_ID
BUILD_DISPLAY_NAME JOB_NAME JOB_BASE_NAME BUILD_TAG EXECUTOR_NUMBER NODE_NAME NODE_LABELS
WORKSPACE WORKSPACE_TMP JENKINS_HOME JENKINS_URL BUILD_URL JOB_URL GIT_COMMIT GIT_PREVIOUS_COMMIT
GIT_PREVIOUS_SUCCESSFUL_COMMIT GIT_BRANCH GIT_LOCAL_BRANCH GIT_URL STAGE_NAME
"""
# a job whose steps run in a container: what is around that does not reach them by itself
SOURCES = {
    "github": (
        ".github/workflows/ci.yml",
        GITHUB,
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {}\n",
    ),
    "gitlab": (".gitlab-ci.yml", GITLAB, "a:\n  image: debian:12\n  script:\n    - {}\n"),
    "circleci": (
        ".circleci/config.yml",
        CIRCLECI,
        "version: 2.1\njobs:\n  a:\n    docker: [{{ image: cimg/base:2024.05 }}]\n    steps:\n"
        "      - run: {}\nworkflows: {{ w: {{ jobs: [a] }} }}\n",
    ),
    "jenkins": (
        "Jenkinsfile",
        JENKINS,
        "pipeline {{\n  agent {{ docker {{ image 'debian:12' }} }}\n  stages {{\n"
        "    stage('a') {{\n      steps {{\n        sh '{}'\n      }}\n    }}\n  }}\n}}\n",
    ),
}
TARGETS = ("github", "gitlab", "circleci", "jenkins", "nixactions")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("format", SOURCES)
def test_variables_are_set_or_told_of(format: str, target: str) -> None:
    if format == target:
        return
    _, names, _ = SOURCES[format]
    missing = [one for one in names.split() if _is_silent(one, format, target)]
    if (format, target) == ("github", "nixactions"):  # GitHub's runner starts the program
        assert "GITHUB_JOB" not in missing  # which is that of the starter
    else:
        assert not missing


@pytest.mark.parametrize("format", SOURCES)
def test_none_of_them_is_a_misspelling(format: str) -> None:
    """The rule `misspelt-predefined` has a list of its own, with older ones as well."""
    path = ROOT / "src/ciconv/validators/predefined.json"
    known = msgspec.json.decode(path.read_bytes())[format]
    begins = tuple(f"{one}_" for one in known["prefixes"])
    names = {one for one in SOURCES[format][1].split() if one.startswith(begins)}
    assert names
    assert names - set(known["names"]) == set()


def _is_silent(name: str, format: str, target: str) -> bool:
    path, _, form = SOURCES[format]
    script = f'printf %s "${name}"'
    text = form.format(script)
    found = ciconv.convert({path: text}, to=target, format=format)
    line = text[: text.index("printf")].count("\n") + 1
    if any(
        name in one.message and one.span is not None and one.span.start.line == line
        for one in found.diagnostics
    ):
        return False
    files = (file for path, file in found.files.items() if "ciconv-lib" not in path)
    rest = "\n".join(files).replace(script, "")
    return re.search(rf"\b{name}\b", rest) is None


# what a program asks of its machine, and what it has a usual value for
_OWN = re.compile(
    r"GITHUB_(SHA|WORKSPACE|ACTIONS?|JOB|ENV|OUTPUT|PATH|STEP_SUMMARY|ACTOR|TRIGGERING_ACTOR|WORKFLOW"
    r"|RUN_\w+|SERVER_URL|API_URL|TOKEN)"
)


@pytest.mark.parametrize(
    "folder",
    [
        folder
        for system in ("gitlab", "circleci", "jenkins")
        for folder in sorted(ROOT.glob(f"fixtures/{system}/*/expected/nixactions"))
    ],
    ids=lambda one: "-".join(one.parts[-4:-2]),
)
def test_shims_hand_over_what_the_program_asks_for(folder: Path) -> None:
    """Where GitHub does not start it, nothing sets GitHub's variables but the shim."""
    files = [one for one in folder.rglob("*") if one.is_file() and one.suffix != ".txt"]
    programs = [one for one in files if one.suffix == ".nix" and "ciconv-lib" not in one.name]
    said = "\n".join(one.read_text() for one in programs)
    asked = {one for one in re.findall(r"\bGITHUB_[A-Z_]+\b", said) if not _OWN.fullmatch(one)}
    shims = "\n".join(one.read_text() for one in files if one.suffix != ".nix")
    assert not {one for one in asked if one not in shims}


@pytest.mark.parametrize(
    ("to", "line"),
    [
        ("github", "GITHUB_MIRROR_KEY: ${{ secrets.GH_MIRROR_KEY }}"),
        ("jenkins", "GITHUB_MIRROR_KEY = credentials('GITHUB_MIRROR_KEY')"),
        ("circleci", ""),
    ],
)
def test_a_setting_for_github_is_none_that_github_sets(to: str, line: str) -> None:
    """Its name begins as those of GitHub's own do, and a project of GitLab has to set it."""
    script = 'a: {script: ["echo $GITHUB_MIRROR_KEY > key"]}\n'
    found = ciconv.convert({".gitlab-ci.yml": script}, to=to)
    assert any(line in text for text in found.files.values())
    assert [one for one in found.diagnostics if one.loss and "GITHUB_MIRROR_KEY" in one.message]
