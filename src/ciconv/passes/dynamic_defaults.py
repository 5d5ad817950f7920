"""Defaults of inputs that speak of the run: no system knows them when it asks for the inputs."""

from ciconv.context import Context, Place
from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref, Semantics
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.trigger import Input
from ciconv.ir.walk import replace_references
from ciconv.profile import Feature, Outcome, Profile


def dynamic_defaults(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with such a default wherever the input is used and was not given."""
    pipelines = tuple(_with_defaults(one, context) for one in project.pipelines)
    return replace(project, pipelines=pipelines)


def _with_defaults(pipeline: Pipeline, context: Context) -> Pipeline:
    dynamic = {one.name: one for one in pipeline.inputs if _is_dynamic(one)}
    if not dynamic:
        return pipeline
    for one in dynamic.values():
        said = f"the default of {one.name!r} is worked out where the input is used"
        loss = Place(pipeline=pipeline.id).loss(Feature.INPUT, Outcome.LOWERED)
        context.lose(loss, said, one.default or one)

    def value_of(ref: Ref) -> Expr | None:
        own = dynamic.get(ref.path[1]) if ref.path[0] == "inputs" and len(ref.path) == 2 else None
        if own is None or own.default is None:
            return None
        either = Semantics.GITHUB
        return Binary(op=Op.OR, left=ref, right=own.default, semantics=either, span=ref.span)

    inputs = tuple(
        replace(one, default=None) if one.name in dynamic else one for one in pipeline.inputs
    )
    return replace(replace_references(replace(pipeline, inputs=()), value_of), inputs=inputs)


def _is_dynamic(one: Input) -> bool:
    if one.of is not None or one.default is None:
        return False
    return not all(isinstance(part, Literal) for part in one.default.parts)
