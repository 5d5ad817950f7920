"""The rules for a whole pipeline."""

from ciconv.context import Context
from ciconv.converters.jenkins.check.contents import check_content
from ciconv.converters.jenkins.check.faults import Block, Faults
from ciconv.converters.jenkins.check.stages import check_stages
from ciconv.converters.jenkins.sections import Directive

SECTIONS = (
    "agent",
    "environment",
    "libraries",
    "options",
    "parameters",
    "post",
    "stages",
    "tools",
    "triggers",
)
_RENAMED = {
    "notifications": "post",
    "postBuild": "post",
    "properties": "options",
    "jobProperties": "options",
    "wrappers": "options",
}


def check_pipeline(pipeline: Directive, context: Context) -> None:
    """Report what Jenkins would not accept."""
    faults = Faults(context)
    block = Block(pipeline.body, faults, "a pipeline")
    for one in block.unknown(SECTIONS):
        if one.name in _RENAMED:
            faults.say(
                "unknown-directive",
                f"{one.name!r} is no section of a pipeline any more",
                one.title,
                help=f"it is called {_RENAMED[one.name]!r} now",
            )
        else:
            faults.unknown("section of a pipeline", one.name, SECTIONS, one.title)
    for name in ("agent", "stages"):
        if block[name] is None:
            faults.say("missing-directive", f"the pipeline has no {name!r}", pipeline.title)
    for one in block.all:
        if one.name == "stages":
            check_stages(one, faults, inside_parallel=False)
        elif one.name in SECTIONS:
            check_content(one, faults)
