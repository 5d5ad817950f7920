"""Programs that go on behind the script that starts them, while stages on one agent follow."""

import re

from ciconv.context import Context, Place
from ciconv.converters.jenkins.jobs.drafts import Draft
from ciconv.ir.expression import constant_text
from ciconv.ir.step import Run
from ciconv.profile import Feature, Outcome

_GOES_ON = re.compile(r"(?<![&>|])&[ \t]*(?:#.*)?$", re.MULTILINE)
_ENDS = re.compile(r"^[ \t]*(wait|kill)\b", re.MULTILINE)


def tell_of_programs(draft: Draft, context: Context) -> None:
    """Say what a job leaves running where other jobs go on with its files: not on their machines.

    Jenkins ends such programs with the build.
    """
    for step in draft.leaves() if draft.sends else ():
        if not isinstance(step, Run) or not _GOES_ON.search(constant_text(step.script)):
            continue
        if not _ENDS.search(constant_text(step.script)):
            loss = Place(job=draft.id).loss(Feature.BACKGROUND, Outcome.APPROXIMATED)
            said = "the program in the background ends with its job: others run on other machines"
            context.lose(loss, said, step, "start it in each job that needs it")
