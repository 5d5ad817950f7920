"""Values of GitHub that are nearest to predefined ones of other systems.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
"""

from ciconv.ir.expression import Literal, Ref, Template
from ciconv.passes.ambient import Like
from ciconv.passes.values_alike import Likeness

LIKENESS = Likeness(
    title="GitHub",
    knows=lambda _, name: name.github is not None,
    values={
        ("registry",): Like(Literal(value="ghcr.io"), "the registry is GitHub's"),
        ("registry", "image"): Like(
            Template(parts=(Literal(value="ghcr.io/"), Ref(path=("repo", "path")))),
            "the image goes to the registry of GitHub",
        ),
        ("env", "CI_COMMIT_TIMESTAMP"): Like(
            Ref(path=("github", "event", "head_commit", "timestamp")), "only pushes have one"
        ),
        ("run", "job_url"): Like(Ref(path=("run", "url")), "it is the address of the run"),
        ("server", "host"): Like(Literal(value="github.com"), "the host is that of GitHub"),
        ("env", "CI_SERVER_FQDN"): Like(Literal(value="github.com"), "the host is that of GitHub"),
    },
)
