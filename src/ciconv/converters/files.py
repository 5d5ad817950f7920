"""Formats with one pipeline in each file."""

from collections.abc import Callable
from typing import TypeAlias

from ciconv.context import Context
from ciconv.ir.naming import unused
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.passes.program_name import program_name

FileReader: TypeAlias = Callable[[str, Context], Pipeline | None]


def read_each(
    paths: tuple[str, ...], context: Context, read_file: FileReader
) -> tuple[Pipeline, ...]:
    """Return the pipelines of files, with names that no two of them, nor their programs, share."""
    pipelines: list[Pipeline] = []
    for path in paths:
        pipeline = read_file(path, context)
        if pipeline is not None:
            programs = {program_name(one.id) for one in pipelines}
            name = unused(pipeline.id, programs, by=program_name)
            pipelines.append(replace(pipeline, id=name))
    return tuple(pipelines)
