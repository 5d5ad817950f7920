"""Constructs of one system that no step of another one stands for: why, and what to do."""

_SUPPLY = (
    "put the file into the repository, or below .ciconv/includes (--include-root), "
    "or have it fetched (--online)"
)
REASONS = {
    ("gitlab", "include"): ("it is not at hand", _SUPPLY),
    ("gitlab", "extends"): ("it stands in a file that is not at hand", _SUPPLY),
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
