"""`docker.image('x').inside { … }` and `….withRun { c -> … }`: containers around and beside steps.

https://www.jenkins.io/doc/book/pipeline/docker/#running-sidecar-containers
"""

import re
import shlex

from msgspec.structs import replace as struct_replace

from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.expressions.unknown import as_template
from ciconv.converters.jenkins.jobs.beside import Waiting, start, stop
from ciconv.converters.jenkins.steps.containers import spelled, template_of
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.images import image_call, image_name, made_image
from ciconv.converters.jenkins.steps.scripts import quoted
from ciconv.converters.jenkins.steps.wrappers import ReadBlock, replace_frame
from ciconv.ir.expression import Ref, Template, constant
from ciconv.ir.job import Container
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Step
from ciconv.source import Span
from ciconv.syntax.groovy import tree

_ID = "\0"  # in options, around the name of a container whose id stands there
_LINK = re.compile(rf"--link[= ]{_ID}(\w+){_ID}(?::([\w.-]+))?\s*")
_NETWORK = re.compile(rf"--net(?:work)?[= ]container:{_ID}(\w+){_ID}\s*")
_HOST = re.compile(r"--net(?:work)?[= ]host\b\s*")
_FLAGS = {"-e": "env", "-p": "publish", "-v": "volume"}
_FLAG = re.compile(r"--(env|publish|volume)(?:=(.*))?", re.DOTALL)


def inside_image(call: tree.Call, place: Place, read: ReadBlock) -> tuple[Step, ...] | None:
    """Return the steps inside an image; None for anything else."""
    found = _of_image(call, "inside", place)
    if found is None:
        return None
    image, options, closure = found
    options = _without_services(options, place)
    if _ID in options:
        return None
    inner = place.scoped(place.scope.inner())
    if not _is_built(call, place):
        frame = replace_frame(place.frame, container=f"image:{image} {options}".strip())
        return read(closure.body, inner.within(frame))
    function = tree.plain(call.function)
    base = function.base if isinstance(function, tree.Property) else function
    return (*(made_image(base, place) or ()), *_started(image, options, call, inner, read))


def _is_built(call: tree.Call, place: Place) -> bool:
    """Whether the image is one that an earlier step makes: the job cannot begin in it."""
    function = tree.plain(call.function)
    base = function.base if isinstance(function, tree.Property) else function
    found = image_call(base, place.scope)
    maker = None if found is None else tree.plain(found[0].function)
    return isinstance(maker, tree.Property) and maker.name == "build"


def _started(
    image: str, options: str, call: tree.Call, place: Place, read: ReadBlock
) -> tuple[Step, ...]:
    """The steps between the start and the end of a container of an image that is not yet there."""
    closure = call.positional[-1]
    assert isinstance(closure, tree.Closure)
    box = Container(
        image=quoted(template_of(image), place.scope),
        options=template_of(options) if options else None,
        span=call.function.span,
    )
    waiting = Waiting(name=place.notes.unique("container"), container=box)
    frame = replace_frame(place.frame, container=f"here:{waiting.name}")
    steps = read(closure.body, place.within(frame))
    return (start(waiting), *steps, stop((waiting,), call.function.span))


def beside_image(call: tree.Call, place: Place, read: ReadBlock) -> tuple[Step, ...] | None:
    """Return the steps beside a container, which is noted as a service; None for anything else."""
    found = _of_image(call, "withRun", place)
    if found is None:
        return None
    image, options, closure = found
    if _is_built(call, place):
        return None
    names = [one.name for one in closure.parameters or ()]
    if len(names) > 1:
        return None
    name = names[0] if names else "it"
    place.notes.services[name] = _service(name, image, options, call.span, place)
    statements = tuple(one for one in closure.body.statements if not _waits(one))
    body = struct_replace(closure.body, statements=statements)
    return read(body, place.scoped(place.scope.inner()))


def _waits(statement: tree.Statement) -> bool:
    """Whether a step only waits until a service is healthy, as it always does elsewhere."""
    call = statement.value if isinstance(statement, tree.Expression) else None
    return (
        isinstance(call, tree.Call)
        and call.name == "sh"
        and "{{.State.Health.Status}}" in call.span.text
        and re.search(r"until .*; do sleep \d+; done", call.span.text) is not None
    )


def _of_image(call: tree.Call, method: str, place: Place) -> tuple[str, str, tree.Closure] | None:
    """The image, the options and the block of `docker.image('x').method('options') { … }`."""
    function = tree.plain(call.function)
    closure = call.positional[-1] if call.positional else None
    if not isinstance(function, tree.Property) or function.name != method:
        return None
    if not isinstance(closure, tree.Closure):
        return None
    name = image_name(function.base, place.scope)
    image = None if name is None else spelled(name)
    arguments = call.positional[:-1]
    if image is None or len(arguments) > 1:
        return None
    options = _options(arguments[0], place) if arguments else ""
    return None if options is None else (image, options, closure)


def _options(node: tree.Expr, place: Place) -> str | None:
    """Options for docker; the id of a service stands there as its name. None: not known."""
    node = tree.plain(node)
    if not isinstance(node, tree.String) or node.constant is not None:
        return constant(read_expression(node, place.scope))
    found = ""
    for part in node.parts:
        if isinstance(part, tree.Text):
            found += part.value
            continue
        value = tree.plain(part.value)
        said = _id(value, place)
        if said is None:
            said = spelled(as_template(read_expression(value, place.scope)))
        if said is None:
            return None
        found += said
    return found


def _id(value: tree.Expr, place: Place) -> str | None:
    """The mark of a service for `c.id`."""
    if not isinstance(value, tree.Property) or value.name != "id":
        return None
    name = value.base.name if isinstance(value.base, tree.Name) else ""
    return f"{_ID}{name}{_ID}" if name in place.notes.services else None


def _without_services(options: str, place: Place) -> str:
    """The options without those by which a container finds services; they say where these are."""
    services = place.notes.services
    for name, alias in _LINK.findall(options):
        if alias and name in services:
            services[name] = replace(services[name], name=alias)
    if services and (_NETWORK.search(options) or _HOST.search(options)):
        for name, one in services.items():
            services[name] = replace(one, host="localhost")
        options = _HOST.sub("", options)
    return _NETWORK.sub("", _LINK.sub("", options)).strip()


def _service(name: str, image: str, options: str, span: Span, place: Place) -> Container:
    """The container that options of `docker run` make."""
    fields: dict[str, list[str]] = {"env": [], "publish": [], "volume": []}
    others: list[str] = []
    words = iter(_words(_NETWORK.sub("", options)))
    for word in words:
        match = _FLAG.fullmatch(word)
        key = _FLAGS.get(word) or (match[1] if match else None)
        if key is None:
            others.append(word)
            continue
        fields[key].append(match[2] if match and match[2] is not None else next(words, ""))
    pairs = (one.partition("=") for one in fields["env"])
    return Container(
        image=template_of(image),
        name=name,
        env=tuple(_variable(key, sign, value, span, place) for key, sign, value in pairs),
        ports=tuple(map(template_of, fields["publish"])),
        volumes=tuple(map(template_of, fields["volume"])),
        options=template_of(shlex.join(others)) if others else None,
        span=span,
    )


def _variable(name: str, sign: str, value: str, span: Span, place: Place) -> EnvVar:
    """A variable of a container; without a value it is what the steps see under this name."""
    if sign:
        return EnvVar(name=name, value=template_of(value), span=span)
    own = next((one.value for one in place.frame.env if one.name == name), None)
    seen = Template(parts=(Ref(path=("env", name)),))
    return EnvVar(name=name, value=seen if own is None else own, span=span)


def _words(options: str) -> list[str]:
    try:
        return shlex.split(options)
    except ValueError:  # quotes that nobody closes
        return options.split()
