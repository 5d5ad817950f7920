"""What was read from another system, in the names and expressions that GitHub takes."""

from msgspec.structs import replace

from ciconv.context import Context
from ciconv.converters.github.foreign.background import with_background_programs
from ciconv.converters.github.foreign.changed_files import with_changed_files
from ciconv.converters.github.foreign.docker_socket import with_docker_of_machine, without_sockets
from ciconv.converters.github.foreign.env import without_twins
from ciconv.converters.github.foreign.files import with_packed_files
from ciconv.converters.github.foreign.implied import without_implied, without_repeated
from ciconv.converters.github.foreign.inputs import (
    with_defaults,
    with_few_inputs,
    with_input_names,
)
from ciconv.converters.github.foreign.runners import with_runners
from ciconv.converters.github.foreign.services import with_reachable_services
from ciconv.converters.github.foreign.settings import with_free_names
from ciconv.converters.github.foreign.titles import with_early_titles
from ciconv.converters.github.foreign.triggers import with_usable_triggers
from ciconv.converters.github.foreign.turns import without_late_groups, without_queues
from ciconv.converters.github.foreign.unsayable import without_unsayable
from ciconv.converters.github.foreign.usual import without_the_usual
from ciconv.converters.github.foreign.values import LIKENESS
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.passes.github_comparisons import with_comparisons
from ciconv.passes.github_names import with_own_names
from ciconv.passes.valid_ids import with_valid_ids
from ciconv.passes.values_alike import with_values_alike


def in_own_words(project: Project, context: Context) -> Project:
    """What was read from another system, with names and expressions that GitHub takes."""
    translated = (_translated(one, project.origin, context) for one in project.pipelines)
    return replace(project, pipelines=tuple(translated))


def _translated(pipeline: Pipeline, origin: str, context: Context) -> Pipeline:
    pipeline = replace(pipeline, tree=None)
    pipeline = with_few_inputs(with_input_names(pipeline, context), context)
    pipeline = with_packed_files(with_runners(with_defaults(pipeline), origin, context), context)
    pipeline = with_reachable_services(with_docker_of_machine(pipeline, context), context)
    pipeline = without_sockets(pipeline, context)
    pipeline = with_background_programs(pipeline, context)
    pipeline = with_changed_files(without_queues(pipeline, context), context)
    pipeline = with_usable_triggers(with_values_alike(pipeline, origin, LIKENESS, context), context)
    pipeline = with_own_names(with_comparisons(without_implied(pipeline), context))
    pipeline = without_unsayable(with_free_names(pipeline, context), context)
    pipeline = with_early_titles(without_late_groups(without_repeated(pipeline), context))
    return with_valid_ids(without_the_usual(without_twins(pipeline)))
