"""Tools where steps are scripts: an image that has one, or a program that mise installs.

https://mise.jdx.dev/cli/use.html
"""

import re

from msgspec import Struct

from ciconv.catalog.catalog import Catalog, Column, Kind, Tool
from ciconv.catalog.packages import reader
from ciconv.catalog.versions import version_in
from ciconv.context import Context, Place
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, join_texts, text, written
from ciconv.ir.job import Container, Job
from ciconv.ir.matrix import cells, dynamic_value
from ciconv.ir.node import replace, shared
from ciconv.ir.step import EnvVar, Run, Step, Use
from ciconv.passes.machine_programs import calls_docker, calls_sudo, installing
from ciconv.profile import Feature, Outcome
from ciconv.syntax.node import Scalar, resolve

_VERSION = re.compile(r"[\^~>=v\s]*(\d+(?:\.\d+)*(?:-[\w.]+)?)(?:\.[x*])*(?:[\s,<|].*)?")
_CLEAN = re.compile(r"\d+(\.\d+)*|[a-z]+")
_OF_MISE = re.compile(r"\w[\w.+-]*")
_BLOCK = re.compile(r"^#\[(?P<name>[\w-]+)\]\n(?P<body>.*?)^#\[/\]\n", re.MULTILINE | re.DOTALL)
_INSTALL = """\
sh -c "$(curl -fsSL https://mise.run)"
printf '%s\\n' ~/.local/bin ~/.local/share/mise/shims >> "$GITHUB_PATH"
"""


class Chosen(Struct, frozen=True):
    """The image of a job, and the steps whose tools it has."""

    steps: tuple[Use, ...]
    container: Container
    services: tuple[Container, ...] = ()
    env: tuple[EnvVar, ...] = ()
    first: Run | None = None

    def job(self, job: Job) -> Job:
        """Return the job in the image."""
        steps = tuple(map(_on_the_machine, job.steps))
        if self.first is not None and any(isinstance(one, Run) for one in steps):
            steps = (self.first, *steps)
        local = tuple(replace(one, host=one.host or "localhost") for one in job.services)
        return replace(
            job,
            container=self.container,
            services=(*local, *self.services),
            env=(*self.env, *job.env),
            steps=steps,
        )


def _shown(expr: Expr) -> str:
    return f"${{{{ {expr.span.text} }}}}" if expr.span is not None else "${{ … }}"


def _on_the_machine(step: Step) -> Step:
    """A script with the shell it had before; inside of an image GitHub's usual one is sh."""
    if isinstance(step, Run) and step.shell is None:
        return replace(step, shell=text("bash -e {0}"))
    return step


def choose_image(job: Job, format: str, context: Context, place: Place) -> Chosen | None:
    """Return the image for a job on a hosted Linux machine, if one alone will do for its tools."""
    if job.container is not None or not on_linux(job, context.catalog):
        return None
    found: list[tuple[Use, Tool, Column]] = []
    for step in job.steps:
        if not isinstance(step, Use):
            continue
        tool = context.catalog.tool_for(step.ref.format, step.ref.whole_name)
        column = None if tool is None else tool.column(format)
        if tool is None or column is None or tool.kind is not Kind.USE:
            continue
        if column.image is not None:
            found.append((step, tool, column))
        elif column.script is not None and not column.programs and not column.anywhere:
            return None  # it may need more than the image of another tool has
    if len({column.image for _, _, column in found}) != 1:
        return None
    if _lacks(found[0][2], job, format):
        return None
    return _chosen(found, job, context, place)


def _lacks(column: Column, job: Job, format: str) -> bool:
    """Whether scripts call what a machine has, and the image of a tool has not.

    All jobs of GitLab run in images: those of Debian get what is missing there.
    """
    if column.services:
        return calls_sudo(job)
    return calls_docker(job) or calls_sudo(job) and format != "gitlab"


def _chosen(
    found: list[tuple[Use, Tool, Column]], job: Job, context: Context, place: Place
) -> Chosen | None:
    step, tool, column = found[0]
    has_version = "{version}" in (column.image or "")
    if has_version and (len(found) > 1 or step.condition is not None):
        return None
    if variant_of(step, column) in column.variants:
        return None
    version = wanted(step, tool, column, job, context) if has_version else text("")
    if version is None:
        return None
    image = filled(column.image or "", version, step)
    loss = place.loss(Feature.CONTAINER, Outcome.APPROXIMATED)
    named = "".join(constant(one) or _shown(one) for one in image.parts)
    said = f"{step.ref.written!r} became the image {named!r}, which the whole job runs in"
    context.lose(loss, said, step)
    services, env = _beside(step, column, context, place)
    container = Container(image=image, span=step.span)
    first = None
    script = column.first or (installing("sudo") if calls_sudo(job) else "")
    if script:
        shell = text("sh -e {0}")
        first = Run(script=text(script, of=step), shell=shell, tool=tool.name, span=step.span)
    steps = tuple(one for one, _, _ in found)
    return Chosen(steps, container, services, env, first)


def _beside(
    step: Use, column: Column, context: Context, place: Place
) -> tuple[tuple[Container, ...], tuple[EnvVar, ...]]:
    """The services and the variables that a tool needs for the whole job."""
    services = tuple(
        Container(name="docker", image=text(one, of=step), span=step.span)
        for one in column.services
    )
    if services:
        said = f"{step.ref.written!r} needs the service {column.services[0]!r} beside the job"
        context.lose(place.loss(Feature.SERVICE, Outcome.APPROXIMATED), said, step)
    env = tuple(
        EnvVar(name=name, value=text(value, of=step), span=step.span)
        for name, value in column.env.items()
    )
    for one in env:
        said = f"{step.ref.written!r} needs the variable {one.name!r} for the whole job"
        context.lose(place.loss(Feature.VARIABLE, Outcome.APPROXIMATED), said, step)
    return services, env


def with_services(job: Job, format: str, context: Context, place: Place) -> Job:
    """Return the job with the services of steps that need nothing else of the target."""
    for step in job.steps:
        if not isinstance(step, Use):
            continue
        tool = context.catalog.tool_for(step.ref.format, step.ref.whole_name)
        column = None if tool is None else tool.column(format)
        if column is None or column.nothing is None or not column.services:
            continue
        services, env = _beside(step, column, context, place)
        known = {one.image for one in job.services}
        services = tuple(one for one in services if one.image not in known)
        job = replace(job, services=(*job.services, *services), env=(*env, *job.env))
    return job


def on_linux(job: Job, catalog: Catalog) -> bool:
    """Whether a job runs on a hosted Linux machine whatever its matrix says."""
    labels = () if job.runner is None else job.runner.labels
    known = [catalog.runner((constant(one) or "").lower()) for one in labels]
    return len(known) == 1 and known[0] is not None and known[0].os == "linux" and known[0].hosted


def wanted(step: Use, tool: Tool, column: Column, job: Job, context: Context) -> Template | None:
    """Return the version of a tool that is asked for; None where nobody can tell beforehand."""
    rule = column.version
    if rule is None:
        return text("latest")
    action = tool.source(step.ref.format)
    given: dict[str, Template] = {}
    for one in step.arguments:
        canonical = action.canonical_input(one.name) if action is not None else None
        given[canonical or one.name] = one.value
    value = given.get(rule.input)
    if value is None or not value.parts:
        file = constant(given.get(rule.file or ""))
        said = reader(context.workspace)(file) if file else None
        found = version_in(file or "", said, rule.named) if said else ""
        if file and not found:
            return None
        return text(_plain(found, column) if found else rule.default, of=step)
    known = constant(value)
    if known is not None:
        return text(_plain(known.strip().split("\n")[-1], column), of=value)
    ref = value.parts[0] if len(value.parts) == 1 else None
    if isinstance(ref, Ref) and ref.path[0] == "matrix" and _are_all(_CLEAN, _texts(ref, job)):
        return value
    return None


def wanted_of_mise(step: Use, column: Column, job: Job) -> Template | None:
    """Return the version that each cell of a matrix asks for, in the forms that mise takes."""
    value = next((one.value for one in step.arguments if _is_version(one.name, column)), None)
    ref = value.parts[0] if value is not None and len(value.parts) == 1 else None
    if value is None or not isinstance(ref, Ref) or ref.path[0] != "matrix":
        return None
    texts = _texts(ref, job)
    if not _are_all(_OF_MISE, texts):
        return None
    if not any(one.endswith(".x") for one in texts):
        return value
    before, behind = Literal(value='$(echo "'), Literal(value="\" | sed 's/[.]x$//')")
    return Template(parts=(before, *value.parts, behind), span=value.span)


def _is_version(name: str, column: Column) -> bool:
    return column.version is not None and name == column.version.input


def _are_all(form: re.Pattern[str], texts: list[str]) -> bool:
    return bool(texts) and all(map(form.fullmatch, texts))


def _plain(version: str, column: Column) -> str:
    """A version as images and mise name it: `20.x`, `^20`, `>=20` are 20."""
    rule = column.version
    if rule is not None and version.lower() in rule.attributes:
        return rule.attributes[version.lower()]
    match = _VERSION.fullmatch(version.strip())
    return match[1] if match else version


def _texts(ref: Ref, job: Job) -> list[str]:
    """The values of a part of the matrix, as far as they are known."""
    if job.matrix is None or dynamic_value(job.matrix) is not None or len(ref.path) != 2:
        return []
    return [
        node.text if isinstance(node.value, str) else _number(node)
        for cell in cells(job.matrix)
        for name, value in cell
        if name.lower() == ref.path[1].lower() and isinstance(node := resolve(value), Scalar)
    ]


def _number(node: Scalar) -> str:
    value = node.value
    return value if isinstance(value, str) else written(value if value is None else float(value))


def filled(pattern: str, version: Template, step: Use) -> Template:
    """Return a text with the version put in for `{version}`."""
    before, sign, after = pattern.partition("{version}")
    if not sign:
        return text(pattern, of=step)
    known = constant(version)
    if known is not None:
        return text(f"{before}{known}{after}", of=step)
    parts: list[Expr] = [Literal(value=before), *version.parts]
    return Template(parts=(*parts, *((Literal(value=after),) if after else ())), span=step.span)


def without_unused(script: str, given: frozenset[str]) -> str:
    """Return a script without the parts for inputs that are not given: `#[input] … #[/]`."""
    return _BLOCK.sub(lambda match: match["body"] if match["name"] in given else "", script)


def variant_of(step: Use, column: Column) -> str:
    """Return the value of the input that picks other programs, empty without it."""
    found = (constant(one.value) for one in step.arguments if one.name == column.variant)
    return next(found, "") or ""


def install_mise(step: Use) -> Run:
    """Return the script that installs mise alone: jobs that begin with it may share it."""
    return Run(
        script=text(_INSTALL, of=step.ref),
        shell=text("bash -e {0}"),
        name=text("Install mise", of=step),
        tool="mise",
        span=step.span,
        provenance=step.provenance,
    )


def install(step: Use, tool: Tool, version: Template, column: Column, *, first: bool) -> Run:
    """Return the script by which mise installs the programs of a tool.

    `first`: no other step of the job has installed mise before.
    """
    parts: list[Expr] = [Literal(value=_INSTALL if first else "")]
    command = "~/.local/bin/mise" if first else "mise"
    programs = column.variants.get(variant_of(step, column), column.programs)
    for number, program in enumerate(programs):
        start = f"{command} use --global " if not number else " "
        parts += [Literal(value=start), *filled(program, version, step).parts]
    parts.append(Literal(value=f"\n{column.then}"))
    script = Template(parts=join_texts(parts), span=step.ref.span)
    fields = shared(step, Step) | {"id": None, "env": ()}
    if step.name is None or column.commands or column.script is not None:
        named = ", ".join(one.split("@")[0] for one in programs)
        fields["name"] = text(f"Install {named}", of=step)
    return Run(script=script, shell=text("bash -e {0}"), tool=tool.name, **fields)
