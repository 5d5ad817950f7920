"""Values of Jenkins that are nearest to predefined ones of other systems.

https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
"""

from ciconv.catalog.catalog import Name
from ciconv.converters.jenkins.expressions.known import GROOVY
from ciconv.ir.expression import Ref
from ciconv.passes.ambient import Like
from ciconv.passes.values_alike import Likeness


def _knows(path: tuple[str, ...], name: Name) -> bool:
    return path in GROOVY or name.jenkins is not None or "jenkins" in name.near


LIKENESS = Likeness(
    title="Jenkins",
    knows=_knows,
    values={
        ("env", "CI_REGISTRY_PASSWORD"): Like(
            Ref(path=("secrets", "CI_REGISTRY_PASSWORD")), "the registry asks for one of its own"
        ),
        ("registry",): Like(Ref(path=("vars", "CI_REGISTRY")), "no registry belongs to Jenkins"),
        ("registry", "image"): Like(
            Ref(path=("vars", "CI_REGISTRY_IMAGE")), "no registry belongs to Jenkins"
        ),
    },
    keeps_unknown=True,
)
