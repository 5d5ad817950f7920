"""Why a step became one that fails, and what to do: only its system has it, or nobody knows it."""

from ciconv.ir.step import Use

_WORDS = {"github": "action", "circleci": "orb"}
_SUPPLY = (
    "put the file into the repository, or below .ciconv/includes (--include-root), "
    "or have it fetched (--online)"
)
# constructs of one system that no step of another one stands for
_REASONS = {
    ("gitlab", "include"): ("it is not at hand", _SUPPLY),
    ("gitlab", "extends"): ("it stands in a file that is not at hand", _SUPPLY),
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
    reason = f"nobody told ciconv what this {_WORDS.get(ref.format, 'step')} does"
    if ref.name.startswith("./"):
        reason = "its action.yml is not at hand, or it is no composite action"
    elif ref.name.startswith("docker://"):
        reason = "it is a container image"
    return reason, "map it in .ciconv/catalog/, or put a script in its place"
