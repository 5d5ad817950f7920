"""What is in the environment of a script without a word of the pipeline, by system."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref, both, constant, either, operation
from ciconv.ir.step import Step, Use
from ciconv.passes import gitlab_variables
from ciconv.syntax.shell import Quoting, contexts


class Command(Struct, frozen=True, kw_only=True):
    """How a shell works out a value. `in_container`: only there it takes a command.

    And only for systems whose own name of it holds the path outside of the container.
    """

    shell: str
    given: tuple[tuple[str, Expr], ...] = ()
    in_container: bool = False


class Like(Struct, frozen=True):
    """What is nearest to a value that only one system has, and what is different about it."""

    value: Expr
    differs: str


def set_by_tools(steps: Iterable[Step]) -> frozenset[str]:
    """Return the variables that steps of the catalog set for later ones."""
    given = (one for step in steps if isinstance(step, Use) for one in step.arguments)
    names = (constant(one.value) for one in given if one.name == "variable")
    return frozenset(name for name in names if name)


class Ambient(Struct, frozen=True, kw_only=True):
    """The variables of one system. `pattern`: what the names of predefined ones look like."""

    format: str
    pattern: re.Pattern[str]
    values: Mapping[str, Expr] = {}
    computed: Mapping[str, Command] = {}
    alike: Mapping[str, Like] = {}
    beyond: Mapping[str, Like] = {}  # what is nearest on all systems but GitHub, before `alike`
    usual: frozenset[str] = frozenset()  # that the target sets to the same
    of_job: str = ""  # the variable with the name that a job has in its file

    def predefined(self, script: str) -> Iterator[str]:
        """Yield the predefined variables that a script names, in any way."""
        for found in self.pattern.finditer(script):
            if found[0] not in self.usual:
                yield found[0]

    def settings(self, script: str, whole: str) -> Iterator[tuple[str, str]]:
        """Yield the settings of the project that a script reads, and what they become.

        `whole`: all scripts of the job; what is assigned somewhere in them is no setting.
        """
        seen: set[str] = set()
        for found in _READ.finditer(script):
            name = found["bare"] or found["braced"]
            if name in seen or not _is_setting(name) or self.pattern.fullmatch(name):
                continue
            seen.add(name)
            if not is_assigned(name, whole) and not _is_quoted(script, found.start()):
                yield name, "secrets" if SECRET.search(name) else "vars"

    def name_of(self, part: Expr, catalog: Catalog) -> str | None:
        """Return the predefined variable that a part of a value is; None for anything else."""
        if not isinstance(part, Ref):
            return None
        if part.path[0] == "env" and len(part.path) == 2:
            return part.path[1]
        return catalog.native_name(self.format, part.path)


SECRET = re.compile(r"TOKEN|SECRET|PASS|_KEY|^KEY|CRED|AUTH|PRIVATE|DSN|WEBHOOK|CERT|_PAT$")
_READ = re.compile(r"(?<!\\)\$(?:(?P<bare>[A-Z][A-Z0-9_]+)|\{(?P<braced>[A-Z][A-Z0-9_]+))")
# set by shells, by images or by other programs
_OTHERS = re.compile(
    r"""BASH.*|COLUMNS|DEBIAN_FRONTEND|DISPLAY|DOCKER_.*|EUID|FUNCNAME|GOBIN|GOPATH|GOROOT|GROUPS|HISTFILE
    |HOME|HOSTNAME|HOSTTYPE|IFS|JAVA_HOME|LANG|LANGUAGE|LC_.*|LD_.*|LINENO|LINES|LOGNAME|MACHTYPE|MAIL
    |MAVEN_HOME|NF|NR|OLDPWD|OPTARG|OPTIND|OSTYPE|PATH|PIPESTATUS|PPID|PS1|PS4|PWD|PYTHONPATH|RANDOM|REPLY
    |SECONDS|SHELL|SHLVL|SSH_AGENT_PID|SSH_AUTH_SOCK|TERM|TMP|TMPDIR|TEMP|TZ|UID|USER|USERNAME|VIRTUAL_ENV
    |XDG_.*|[A-Z0-9]+_(?:HOME|ROOT)|(?:NODE|PYTHON|RUBY|GO|PHP|JAVA|GOLANG|RUST|CARGO|YARN)_?VERSION
    |CARGO_.*|RUSTUP_.*|NVM_.*|RUNNER_.*|GITHUB_(?:ACTION(?:S|_PATH|_REPOSITORY)?|ACTOR(?:_ID)?|API_URL
    |BASE_REF|ENV|EVENT_(?:NAME|PATH)|GRAPHQL_URL|HEAD_REF|JOB|OUTPUT|PATH|REF(?:_NAME|_PROTECTED|_TYPE)?
    |REPOSITORY(?:(?:_OWNER)?(?:_ID)?)|RETENTION_DAYS|RUN_(?:ATTEMPT|ID|NUMBER)|SERVER_URL|SHA|STATE
    |STEP_SUMMARY|TRIGGERING_ACTOR|WORKFLOW(?:_REF|_SHA)?|WORKSPACE)""",
    re.VERBOSE,
)


def _is_setting(name: str) -> bool:
    return len(name) > 2 and not _OTHERS.fullmatch(name)


def is_assigned(name: str, script: str) -> bool:
    """Return whether a script gives a variable a value."""
    by_hand = rf"(?<![\w$-]){name}(?:\+?=|\[)"
    by_command = rf"\b(?:read|for|printf -v|mapfile|getopts)\b[^\n;|]*\b{name}\b"
    return re.search(f"{by_hand}|{by_command}", script) is not None


def _is_quoted(script: str, offset: int) -> bool:
    """Whether a place of a script is between single quotes, where nothing is read."""
    return contexts(script, (offset,))[0] is Quoting.SINGLE


_REF_NAME = either(Ref(path=("pr", "head")), Ref(path=("ref", "name")))


def _where(text: str, then: str) -> Binary:
    """A word of the status of a job in place of another."""
    status = Ref(path=("job", "status"))
    same = operation(Op.EQ, status, Literal(value=text))
    return both(same, Literal(value=then))


_STATUS = either(
    either(_where("failure", "failed"), _where("cancelled", "canceled")),
    Ref(path=("job", "status")),
)
_REPOSITORY, _OWNER = Ref(path=("repo", "path")), Ref(path=("repo", "owner"))
_TOKEN, _ACTOR = Ref(path=("token",)), Ref(path=("actor",))
_SLUG = (
    "$(printf %s \"${0}\" | tr '[:upper:]' '[:lower:]' | tr -c '0-9a-z' - | cut -c 1-63"
    " | sed 's/^-*//; s/-*$//')"
)


def _slug(variable: str) -> str:
    return _SLUG.replace("{0}", f"{{{variable}}}")


# https://docs.gitlab.com/ci/variables/predefined_variables/
_GITLAB = Ambient(
    format="gitlab",
    pattern=gitlab_variables.PATTERN,
    values={
        "CI_COMMIT_REF_NAME": _REF_NAME,
        "CI_COMMIT_BRANCH": Ref(path=("ref", "branch")),
        "CI_COMMIT_TAG": Ref(path=("ref", "tag")),
        "CI_JOB_STATUS": _STATUS,
        "CI_SERVER": Literal(value="yes"),
        "GITLAB_CI": Literal(value="true"),
        "CI_SERVER_NAME": Literal(value="GitLab"),
    },
    computed={
        "CI_COMMIT_SHORT_SHA": Command(
            shell='$(printf %.8s "$SHA")', given=(("SHA", Ref(path=("commit", "sha"))),)
        ),
        "CI_COMMIT_REF_SLUG": Command(shell=_slug("REF"), given=(("REF", _REF_NAME),)),
        "CI_PROJECT_PATH_SLUG": Command(
            shell=_slug("PROJECT"), given=(("PROJECT", Ref(path=("repo", "path"))),)
        ),
        "CI_COMMIT_TITLE": Command(
            shell="$(printf '%s\\n' \"$MESSAGE\" | head -n 1)",
            given=(("MESSAGE", Ref(path=("commit", "message"))),),
        ),
        "CI_PROJECT_DIR": Command(shell="$PWD", in_container=True),
    },
    alike={
        "CI_REGISTRY_USER": Like(_ACTOR, "it is who started the run, with a name of that system"),
        "CI_REGISTRY_PASSWORD": Like(_TOKEN, "the token is that of another system"),
        "CI_PROJECT_ROOT_NAMESPACE": Like(_OWNER, ""),
        "CI_MERGE_REQUEST_PROJECT_PATH": Like(_REPOSITORY, ""),
        "CI_OPEN_MERGE_REQUESTS": Like(
            Literal(value=""),
            "a push to a branch with an open merge request starts a run, too: nothing tells of it",
        ),
        "CI_KUBERNETES_ACTIVE": Like(
            Literal(value=""), "no cluster is known, so what asks for one does not run"
        ),
    },
    beyond={
        "CI_REGISTRY_USER": Like(
            Ref(path=("vars", "CI_REGISTRY_USER")), "the registry knows users of its own"
        ),
        "CI_REGISTRY_PASSWORD": Like(
            Ref(path=("secrets", "CI_REGISTRY_PASSWORD")), "the registry asks for one of its own"
        ),
    },
    usual=frozenset({"CI"}),
)
# https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
_JENKINS = Ambient(
    format="jenkins",
    pattern=re.compile(
        r"\b(?:BRANCH_NAME|BRANCH_IS_PRIMARY|TAG_NAME|TAG_DATE|CHANGE_[A-Z_]+"
        r"|BUILD_(?:NUMBER|ID|URL|TAG|DISPLAY_NAME)|JOB_(?:BASE_)?NAME|JOB_URL|STAGE_NAME"
        r"|NODE_(?:NAME|LABELS)|WORKSPACE(?:_TMP)?|JENKINS_(?:URL|HOME)|EXECUTOR_NUMBER"
        r"|GIT_(?:COMMIT|BRANCH|LOCAL_BRANCH|URL|PREVIOUS_(?:SUCCESSFUL_)?COMMIT)"
        r"|RUN_DISPLAY_URL)\b"
    ),
    computed={
        "WORKSPACE": Command(shell="$PWD", in_container=True),
    },
    alike={
        "BRANCH_NAME": Like(_REF_NAME, "for a change request it is PR-N in Jenkins"),
        "GIT_BRANCH": Like(_REF_NAME, "in Jenkins the name of the remote may stand before it"),
        "GIT_LOCAL_BRANCH": Like(_REF_NAME, ""),
        "BUILD_NUMBER": Like(Ref(path=("run", "number")), "Jenkins counts for each branch"),
        "BUILD_ID": Like(Ref(path=("run", "number")), "Jenkins counts for each branch"),
        "BUILD_DISPLAY_NAME": Like(Ref(path=("run", "number")), "Jenkins writes # before it"),
        "JOB_BASE_NAME": Like(_REF_NAME, "it is the last part of the project's path"),
        "RUN_DISPLAY_URL": Like(Ref(path=("run", "url")), ""),
        "EXECUTOR_NUMBER": Like(Literal(value="0"), "every job has a machine of its own"),
    },
)
# https://circleci.com/docs/reference/variables/#built-in-environment-variables
_CIRCLECI = Ambient(
    format="circleci",
    pattern=re.compile(r"\bCIRCLE(?:CI|(?:_[A-Z0-9]+)+)\b"),
    values={
        "CIRCLECI": Literal(value="true"),
        "CIRCLE_SHA1": Ref(path=("commit", "sha")),  # no pull request starts a pipeline
        "CIRCLE_BRANCH": Ref(path=("ref", "branch")),
        "CIRCLE_TAG": Ref(path=("ref", "tag")),
        "CIRCLE_PROJECT_REPONAME": Ref(path=("repo", "name")),
        "CIRCLE_PROJECT_USERNAME": _OWNER,
        "CIRCLE_WORKFLOW_ID": Ref(path=("run", "id")),
        "CIRCLE_USERNAME": _ACTOR,
    },
    computed={
        "CIRCLE_WORKING_DIRECTORY": Command(shell="$PWD", in_container=True),
    },
    alike={
        "CIRCLE_BUILD_NUM": Like(Ref(path=("run", "number")), "CircleCI counts the jobs"),
        "CIRCLE_BUILD_URL": Like(Ref(path=("run", "url")), "it is the page of the whole run"),
        "CIRCLE_PIPELINE_ID": Like(Ref(path=("run", "id")), "it is a number"),
        "CIRCLE_WORKFLOW_WORKSPACE_ID": Like(Ref(path=("run", "id")), "it is a number"),
        "CIRCLE_REPOSITORY_URL": Like(
            Ref(path=("repo", "git")), "it is an address for HTTPS, without a key"
        ),
        "CIRCLE_PULL_REQUEST": Like(
            Literal(value=""), "a push tells of no pull request that may be open for its branch"
        ),
        "CIRCLE_PULL_REQUESTS": Like(
            Literal(value=""), "a push tells of no pull request that may be open for its branch"
        ),
        "CIRCLE_PR_NUMBER": Like(Literal(value=""), "no pull request of a fork starts it"),
        "CIRCLE_PR_REPONAME": Like(Literal(value=""), "no pull request of a fork starts it"),
        "CIRCLE_PR_USERNAME": Like(Literal(value=""), "no pull request of a fork starts it"),
        "CIRCLE_NODE_INDEX": Like(Literal(value="0"), ""),
        "CIRCLE_NODE_TOTAL": Like(Literal(value="1"), ""),
    },
    usual=frozenset({"CI"}),
    of_job="CIRCLE_JOB",
)
_SYSTEMS = {one.format: one for one in (_GITLAB, _JENKINS, _CIRCLECI)}
SAME_PATH = frozenset({"gitlab", "jenkins"})  # a folder is called the same inside a container


def ambient_of(format: str) -> Ambient | None:
    """Return what scripts of a system find in their environment; None: nothing to speak of."""
    return _SYSTEMS.get(format)
