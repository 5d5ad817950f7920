"""What Jenkins fetches of a repository: its whole history, unless a checkout says how much.

https://www.jenkins.io/doc/pipeline/steps/params/scmgit/
"""

from ciconv.ir.expression import Literal, Template
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.step import Argument, Checkout
from ciconv.ir.walk import rewrite


def with_histories(jobs: tuple[JobBase, ...]) -> tuple[JobBase, ...]:
    """Return the jobs with checkouts that say that they fetch everything."""
    return tuple(rewrite(one, _whole) if isinstance(one, Job) else one for one in jobs)


def _whole(node: Node) -> Node:
    if not isinstance(node, Checkout) or any(one.name == "depth" for one in node.arguments):
        return node
    whole = Template(parts=(Literal(value=0.0, span=node.span),), span=node.span)
    depth = Argument(name="depth", value=whole, span=node.span)
    return replace(node, arguments=(*node.arguments, depth))
