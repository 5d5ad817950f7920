"""Why a step became one that fails, and what to do: only its system has it, or nobody knows it."""

from ciconv.ir.step import Use

_WORDS = {"github": "action", "circleci": "orb"}
_SUPPLY = (
    "put the file into the repository, or below .ciconv/includes (--include-root), "
    "or have it fetched (--online)"
)
_WORKS = "Groovy works with what it says while the build runs"
_MADE = "what it writes is made while the build runs"
_FILES = ("only Jenkins knows which files they are", "name them")
_FETCHED = "only Jenkins knows how it is fetched"
# steps of Jenkins that have a meaning elsewhere only where all they say is known
_OF_JENKINS = {
    "BuildUser": ("it tells scripts who started the build", "take that from the system"),
    "Xvfb": ("it starts a display beside the steps", "start what needs it by xvfb-run"),
    "archiveArtifacts": _FILES,
    "build": ("it starts another job of Jenkins", "start the pipeline that takes its place"),
    "checkout": (_FETCHED, "clone the repository by a script"),
    "configFileProvider": ("the file is kept by Jenkins", "put it into the repository or a secret"),
    "copyArtifacts": ("the files are of another job of Jenkins", "fetch them by a script"),
    "dir": ("only the run knows the folder", "change the folder by a script"),
    "findFiles": (_WORKS, "look for the files in the script that needs them"),
    "git": (_FETCHED, "clone the repository by a script"),
    "input": ("a person answers it in the middle of the job", "ask before the run, by an input"),
    "jobDsl": ("it makes jobs of Jenkins", "write the pipelines that take their place"),
    "junit": _FILES,
    "libraryResource": ("the file lies in a library", "put it into the repository"),
    "load": ("it runs Groovy of another file", "put scripts in its place"),
    "lock": ("only the run knows what it waits for", "let whole jobs take turns"),
    "node": ("its steps run on another machine", "make a stage of them, with that agent"),
    "parallel": ("its branches are made while the build runs", "write them out"),
    "post": ("only Jenkins tells such a result from others", "say when it has to run by a script"),
    "podTemplate": ("it makes the machine of its steps", "make a stage of them, with that agent"),
    "publishHTML": _FILES,
    "readCSV": (_WORKS, "look into it in the script that needs it"),
    "readFile": (_WORKS, "look into it in the script that needs it"),
    "readJSON": (_WORKS, "look into it in the script that needs it, with jq"),
    "readManifest": (_WORKS, "look into it in the script that needs it"),
    "readMavenPom": (_WORKS, "ask Maven for it: mvn -q help:evaluate -DforceStdout"),
    "readProperties": (_WORKS, "look into it in the script that needs it"),
    "readYaml": (_WORKS, "look into it in the script that needs it, with yq"),
    "script": ("it is Groovy that only Jenkins can follow", "say it in a script of the shell"),
    "stash": _FILES,
    "tool": ("Jenkins has installed it", "set it up by a step"),
    "waitUntil": ("it asks again and again while the build runs", "ask in a loop of the shell"),
    "when": ("only Jenkins knows when it is true", "ask for it in a script"),
    "withCredentials": ("only the run knows which they are", "name the secrets"),
    "ws": ("its steps run in a workspace of their own", "make a job of them"),
    "writeCSV": (_MADE, "write it by a script"),
    "writeFile": (_MADE, "write it by a script"),
    "writeJSON": (_MADE, "write it by a script, with jq"),
    "writeMavenPom": (_MADE, "write it by a script"),
    "xvnc": ("it starts a display beside the steps", "start what needs it by xvfb-run"),
    "writeYaml": (_MADE, "write it by a script, with yq"),
}
# constructs of one system that no step of another one stands for
_REASONS = {
    **{("jenkins", name): said for name, said in _OF_JENKINS.items()},
    ("gitlab", "include"): ("it is not at hand", _SUPPLY),
    ("gitlab", "extends"): ("it stands in a file that is not at hand", _SUPPLY),
    ("circleci", "install_signing_bundle"): (
        "the certificates are kept by CircleCI",
        "keep them as secrets, and install them by a script",
    ),
    ("circleci", "release"): (
        "it is a mark in CircleCI's list of deployments",
        "leave it out, or roll the release out by a script",
    ),
    ("circleci", "lock"): (
        "it holds a lock of CircleCI for other jobs",
        "let jobs take turns in the system's own way",
    ),
    ("circleci", "unlock"): (
        "it lets go of a lock of CircleCI",
        "let jobs take turns in the system's own way",
    ),
    ("jenkins", "agent"): ("what it runs in is not at hand", _SUPPLY),
    ("jenkins", "container"): ("it runs in a container that is not at hand", _SUPPLY),
    ("jenkins", "environment"): (
        "its value is worked out in a way that only Jenkins knows",
        "set the variable by a script",
    ),
    ("gitlab", "needs"): (
        "files of other projects and pipelines are kept by GitLab",
        "fetch them by a script that asks the API of GitLab, with a token",
    ),
    ("gitlab", "identity"): (
        "GitLab signs in to the cloud for the job",
        "sign in by a step of the system, which the cloud has to trust",
    ),
    ("gitlab", "id_tokens"): (
        "a token for several audiences is made by GitLab alone",
        "ask for a token for each of them",
    ),
    ("gitlab", "trigger"): (
        "no other system starts pipelines like this one",
        "start it by a script that asks the API of the system, or put its jobs in its place",
    ),
}


def why_unknown(step: Use) -> tuple[str, str]:
    """Return the reason, and advice, for a step that the catalog does not know."""
    ref = step.ref
    known = _REASONS.get((ref.format, ref.name.partition(" ")[0]))
    if known is not None:
        reason, advice = known
        if ref.path:
            place = f"put it into the repository at {ref.path!r}"
            advice = f"{place}, or have it fetched (--online)"
        return reason, advice
    reason = f"ciconv does not know what this {_WORDS.get(ref.format, 'step')} does"
    if ref.name.startswith("./"):
        reason = "its action.yml is not at hand, or it is no composite action"
    elif ref.name.startswith("docker://"):
        reason = "it is a container image"
    return reason, "map it in .ciconv/catalog/, or put a script in its place"
