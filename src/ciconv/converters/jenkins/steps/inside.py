"""`docker.image('x').inside { … }`: steps in a container of their own."""

from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.wrappers import ReadBlock, replace_frame
from ciconv.ir.expression import constant
from ciconv.ir.step import Step
from ciconv.syntax.groovy import tree


def inside_image(call: tree.Call, place: Place, read: ReadBlock) -> tuple[Step, ...] | None:
    """Return the steps inside an image that is known by name; None for anything else."""
    function = tree.plain(call.function)
    closure = call.positional[-1] if call.positional else None
    if not isinstance(function, tree.Property) or function.name != "inside":
        return None
    if not isinstance(closure, tree.Closure):
        return None
    image = _image(tree.plain(function.base), place)
    arguments = call.positional[:-1]
    if image is None or len(arguments) > 1:
        return None
    options = constant(read_expression(arguments[0], place.scope)) if arguments else ""
    if options is None:
        return None
    frame = replace_frame(place.frame, container=f"image:{image} {options}".strip())
    return read(closure.body, place.scoped(place.scope.inner()).within(frame))


def _image(node: tree.Expr, place: Place) -> str | None:
    """The name in `docker.image('name')`."""
    if not isinstance(node, tree.Call) or len(node.positional) != 1:
        return None
    function = tree.plain(node.function)
    if not isinstance(function, tree.Property) or function.name != "image":
        return None
    if not isinstance(function.base, tree.Name) or function.base.name != "docker":
        return None
    return constant(read_expression(node.positional[0], place.scope))
