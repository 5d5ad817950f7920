"""Images of docker that scripts build, tag and push: `docker.build('x')`, `image.push('tag')`.

https://www.jenkins.io/doc/book/pipeline/docker/#building-containers
"""

from ciconv.converters.jenkins.expansion import resolved
from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.expressions.unknown import as_template, is_known
from ciconv.converters.jenkins.scope import Data, Scope
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.scripts import make_run, quoted, script
from ciconv.ir.expression import Literal, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
from ciconv.syntax.groovy import tree

_MAKES = ("image", "build")


def image_call(node: tree.Expr, scope: Scope) -> tuple[tree.Call, Scope] | None:
    """Return `docker.image(…)` or `docker.build(…)`, or the one that a variable holds."""
    node = tree.plain(node)
    value = scope.get(node.name) if isinstance(node, tree.Name) else None
    if isinstance(value, Data):
        node, scope = tree.plain(value.node), value.scope
    if not isinstance(node, tree.Call):
        return None
    function = tree.plain(node.function)
    if not isinstance(function, tree.Property) or function.name not in _MAKES:
        return None
    is_docker = isinstance(function.base, tree.Name) and function.base.name == "docker"
    return (node, scope) if is_docker and node.positional else None


def image_name(node: tree.Expr, scope: Scope) -> Template | None:
    """Return the name of an image; None where it is none, or only the run knows."""
    found = image_call(node, scope)
    if found is None:
        return None
    name = resolved(read_template(found[0].positional[0], found[1]), found[1])
    return name if is_known(name) else None


def made_image(node: tree.Expr, place: Place) -> tuple[Step, ...] | None:
    """Return the steps of a value that is an image; None for any other value."""
    node = tree.plain(node)
    if not isinstance(node, tree.Call) or image_call(node, place.scope) is None:
        return None
    name = image_name(node, place.scope)
    if name is None:
        return None
    if isinstance(node.function, tree.Property) and node.function.name == "image":
        return ()
    more = node.positional[1:]
    options = text(".") if not more else read_template(more[0], place.scope)
    if len(more) > 1 or not is_known(options):
        return None
    said = script("docker build --tag ", quoted(name, place.scope), " ", options)
    return (_run(said, node, place),)


def image_steps(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the steps of `push`, `tag` and `pull` of an image; None for anything else."""
    function = tree.plain(call.function)
    if not isinstance(function, tree.Property) or function.name not in ("push", "tag", "pull"):
        return made_image(call, place)
    built = made_image(function.base, place) or ()
    name = image_name(function.base, place.scope)
    given = [read_template(one, place.scope) for one in call.positional]
    if name is None or not all(map(is_known, given)):
        return None
    there = qualified(name, place.frame.registry)
    if function.name == "pull":
        return (*built, _run(_docker("pull", place, there), call, place))
    if given:
        bare = _without_tag(there)
        if bare is None:
            return None
        there = as_template(Template(parts=(*bare.parts, *text(":").parts, *given[0].parts)))
    lines: list[str | Template] = []
    if there != name:
        lines += [_docker("tag", place, name, there), "\n"]
    if function.name == "push":
        lines.append(_docker("push", place, there))
    return (*built, _run(script(*lines), call, place))


def _docker(verb: str, place: Place, *names: Template) -> Template:
    words = (piece for name in names for piece in (" ", quoted(name, place.scope)))
    return script(f"docker {verb}", *words)


def _run(said: Template, node: tree.Expr, place: Place) -> Run:
    return make_run(replace(said, span=node.span), place)


def qualified(name: Template, registry: Template | None) -> Template:
    """Return the name of an image at the registry that stands around."""
    if registry is None or not registry.parts:
        return name
    host = constant(registry)
    first = constant(name.parts[0]) if name.parts else None
    if host is not None and first is not None and first.startswith(f"{host}/"):
        return name
    return as_template(Template(parts=(*registry.parts, *text("/").parts, *name.parts)))


def _without_tag(name: Template) -> Template | None:
    """A name without what stands behind its colon; None where a tag may be in a variable."""
    kept = list(name.parts)
    while kept:
        last = kept.pop()
        said = constant(last) if isinstance(last, Literal) else None
        if said is None:
            continue
        head, slash, tail = said.rpartition("/")
        base, colon, _ = tail.partition(":")
        if colon:
            return as_template(Template(parts=(*kept, Literal(value=f"{head}{slash}{base}"))))
        if slash or not kept:
            is_whole = last is name.parts[-1]
            return name if is_whole else None
    return None
