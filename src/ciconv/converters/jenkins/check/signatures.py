"""Calls: which arguments there are, where this is known without the server.

https://www.jenkins.io/doc/pipeline/steps/
"""

from difflib import get_close_matches

from msgspec import Struct

from ciconv.converters.jenkins.check.faults import Faults
from ciconv.syntax.groovy import tree


class Signature(Struct, frozen=True):
    """The arguments of a call: names with their types, and those that have to be there."""

    arguments: dict[str, str]
    required: tuple[str, ...] = ()


_TEXT, _NUMBER, _FLAG, _ANY = "text", "number", "true or false", ""
_SCRIPT = Signature(
    {
        "script": _TEXT,
        "label": _TEXT,
        "encoding": _TEXT,
        "returnStdout": _FLAG,
        "returnStatus": _FLAG,
    },
    ("script",),
)
_SAID = Signature({"message": _TEXT}, ("message",))

_SIGNATURES = {
    "sh": _SCRIPT,
    "bat": _SCRIPT,
    "powershell": _SCRIPT,
    "pwsh": _SCRIPT,
    "echo": _SAID,
    "error": _SAID,
    "unstable": _SAID,
    "fileExists": Signature({"file": _TEXT}, ("file",)),
    "readFile": Signature({"file": _TEXT, "encoding": _TEXT}, ("file",)),
    "writeFile": Signature({"file": _TEXT, "text": _ANY, "encoding": _TEXT}, ("file", "text")),
    "timeout": Signature({"time": _NUMBER, "unit": _ANY, "activity": _FLAG}, ("time",)),
    "retry": Signature({"count": _NUMBER, "conditions": _ANY}, ("count",)),
    "sleep": Signature({"time": _NUMBER, "unit": _ANY}, ("time",)),
    "dir": Signature({"path": _TEXT}, ("path",)),
    "stash": Signature(
        {
            "name": _TEXT,
            "includes": _TEXT,
            "excludes": _TEXT,
            "allowEmpty": _FLAG,
            "useDefaultExcludes": _FLAG,
        },
        ("name",),
    ),
    "unstash": Signature({"name": _TEXT}, ("name",)),
    "cron": Signature({"spec": _TEXT}, ("spec",)),
    "upstream": Signature({"upstreamProjects": _TEXT, "threshold": _ANY}),
    "booleanParam": Signature({"name": _TEXT, "defaultValue": _FLAG, "description": _TEXT}),
    "archiveArtifacts": Signature(
        {
            "artifacts": _TEXT,
            "allowEmptyArchive": _FLAG,
            "caseSensitive": _FLAG,
            "defaultExcludes": _FLAG,
            "excludes": _TEXT,
            "fingerprint": _FLAG,
            "followSymlinks": _FLAG,
            "onlyIfSuccessful": _FLAG,
        },
        ("artifacts",),
    ),
    "when.branch": Signature({"pattern": _TEXT, "comparator": _TEXT}, ("pattern",)),
    "when.tag": Signature({"pattern": _TEXT, "comparator": _TEXT}),
    "when.environment": Signature(
        {"name": _TEXT, "value": _ANY, "ignoreCase": _FLAG}, ("name", "value")
    ),
    "when.equals": Signature({"expected": _ANY, "actual": _ANY}, ("expected", "actual")),
    "when.changelog": Signature({"pattern": _TEXT}, ("pattern",)),
}
_UNITS = ("NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS")
_STEPS = frozenset(
    (
        *("archiveArtifacts", "bat", "build", "catchError", "checkout", "deleteDir", "dir"),
        *("echo", "error", "fileExists", "git", "input", "isUnix", "junit", "mail", "node"),
        *("powershell", "pwsh", "readFile", "retry", "script", "sh", "sleep", "stash", "timeout"),
        *("unstash", "withCredentials", "withEnv", "writeFile"),
    )
)
# of plug-ins that most servers have: a name nearly like one of them may be one of a library
_PLUGGED = (
    *("ansiColor", "ansiblePlaybook", "cleanWs", "copyArtifacts", "emailext", "publishHTML"),
    *("slackSend", "sshagent", "timestamps", "unstable", "waitUntil", "warnError", "withMaven"),
    *("readJSON", "readYaml", "writeJSON", "writeYaml", "recordIssues", "milestone", "library"),
    *("withSonarQubeEnv", "waitForQualityGate", "configFileProvider", "dockerNode", "lock"),
    *("container", "podTemplate", "parallel", "stage", "properties", "tool", "ws"),
    *("writeMavenPom", "readMavenPom", "readProperties", "readCSV", "writeCSV", "findFiles", "zip"),
    *("unzip", "tar", "untar", "sha1", "sha256", "touch", "tee", "httpRequest", "nodejs", "xunit"),
    *("withDockerContainer", "withDockerServer", "withKubeConfig", "withDockerRegistry"),
)
# calls that stand for nothing but themselves, inside of others
_BLOCKED = frozenset(("node", "stage", "parallel", "properties"))


def is_step(name: str) -> bool:
    """Return whether a name is that of a step of Jenkins itself."""
    return name in _STEPS


def check_step(value: tree.Call, faults: Faults) -> None:
    """Report what is wrong with a step; those of libraries may be called in any way."""
    if value.name in _STEPS or value.name in _SIGNATURES:
        check_call(value, faults)
    else:
        faults.doubt("step", value.name, (*_STEPS, *_PLUGGED), value.function.span)
        _check_values(value, faults)


def check_call(value: tree.Expr, faults: Faults, prefix: str = "") -> None:
    """Report arguments that a call does not have, lacks, or that are of another type."""
    if not isinstance(value, tree.Call):
        return
    named = [one for one in value.arguments if one.name is not None or one.key is not None]
    unnamed = [one for one in value.arguments if one.name is None and one.key is None]
    plain = [one for one in unnamed if not isinstance(one.value, tree.Closure)]
    _check_values(value, faults)
    if named and plain:
        said = "arguments with and without names cannot be mixed"
        faults.say("wrong-arguments", said, plain[0].value.span)
        return
    signature = _SIGNATURES.get(prefix + value.name)
    if signature is None:
        return
    for one in named:
        _check_named(one, signature, faults)
    given = {one.name for one in named}
    if plain:
        first = signature.required[:1] or tuple(signature.arguments)[:1]
        given |= set(first)
        if len(plain) > 1 and len(signature.arguments) == 1:
            said = f"{value.name!r} has one argument"
            faults.say("wrong-arguments", said, value.function.span)
        _check_type(plain[0].value, signature.arguments.get(first[0], ""), faults)
    missing = [one for one in signature.required if one not in given]
    if missing and not any(one.spread for one in value.arguments):
        said = f"{value.name!r} needs the argument {missing[0]!r}"
        faults.say("wrong-arguments", said, value.function.span)


def _check_named(one: tree.Argument, signature: Signature, faults: Faults) -> None:
    name = one.name
    if name is None or one.spread:
        return
    if name not in signature.arguments:
        close = get_close_matches(name, tuple(signature.arguments), 1)
        help = f"did you mean {close[0]!r}?" if close else ""
        said = f"there is no argument {name!r}"
        faults.say("wrong-arguments", said, one.span, help)
        return
    _check_type(one.value, signature.arguments[name], faults)
    value = tree.plain(one.value)
    unit = value.constant if name == "unit" and isinstance(value, tree.String) else None
    if unit is not None and unit not in _UNITS:
        close = get_close_matches(unit.upper(), _UNITS, 1)
        help = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(_UNITS)}"
        faults.say("wrong-arguments", f"{unit!r} is no unit of time", value.span, help)


def _check_type(node: tree.Expr, wanted: str, faults: Faults) -> None:
    """Constants of another type; a text that holds a number is one."""
    node = tree.plain(node)
    found = ""
    if isinstance(node, tree.String) and node.constant is not None:
        found = _TEXT
        if wanted == _NUMBER and node.constant.strip().isdigit():
            return
        if wanted == _FLAG and node.constant in ("true", "false"):
            return
    elif isinstance(node, tree.Constant) and node.value is not None:
        found = _FLAG if isinstance(node.value, bool) else _NUMBER
    if wanted and found and found != wanted:
        faults.say("wrong-type", f"this has to be {_article(wanted)}", node.span)


def _article(wanted: str) -> str:
    return wanted if wanted == _FLAG else f"a {wanted}"


def _check_values(call: tree.Call, faults: Faults) -> None:
    """Values that Jenkins cannot keep, and calls that cannot stand inside of others."""
    for one in call.arguments:
        value = tree.plain(one.value)
        if isinstance(value, tree.Constant):
            number = value.value
            if isinstance(number, int) and abs(number) > 2**63 - 1:
                faults.say("wrong-type", "the number is too large", value.span)
        elif isinstance(value, tree.Call):
            _check_inner(value, faults)


def _check_inner(value: tree.Call, faults: Faults) -> None:
    if value.name in _BLOCKED:
        said = f"{value.name!r} cannot stand here"
        faults.say("blocked-step", said, value.function.span)
    elif value.name == "$":
        said = f"{value.span.text!r} is no value"
        faults.say("wrong-type", said, value.span, help="put it in double quotes")
