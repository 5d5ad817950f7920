"""`zip`, `unzip` and `touch`: the programs of these names do the same.

https://www.jenkins.io/doc/pipeline/steps/pipeline-utility-steps/
"""

from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.kept_files import given
from ciconv.converters.jenkins.steps.scripts import make_run, quoted, script
from ciconv.ir.expression import Template, text
from ciconv.ir.node import replace
from ciconv.ir.step import Step
from ciconv.syntax.groovy import tree

_FOLDER = ("zipFile", "dir", "overwrite", "quiet")


def read_zip(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step that packs a folder; None for a choice of its files."""
    return _packed(call, place, "(cd ", " && zip -q -r - .) > ")


def read_unzip(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step that unpacks all files into a folder; None for some of them."""
    return _packed(call, place, "unzip -q -o -d ", " ")


def _packed(
    call: tree.Call, place: Place, before_folder: str, before_file: str
) -> tuple[Step, ...] | None:
    file = given(call, "zipFile")
    if file is None or any(one.name not in (*_FOLDER, None) for one in call.arguments):
        return None
    folder = call.named("dir")
    where = text(".") if folder is None else read_template(folder, place.scope)
    name = read_template(file, place.scope)
    return _run(call, place, (before_folder, where), (before_file, name))


def read_touch(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step; None where it says which time the file has then."""
    file = given(call, "file")
    if file is None or len(call.arguments) > 1:
        return None
    return _run(call, place, ("touch ", read_template(file, place.scope)))


def _run(call: tree.Call, place: Place, *pieces: tuple[str, Template]) -> tuple[Step, ...] | None:
    if not all(is_known(value) for _, value in pieces):
        return None
    words = (one for said, value in pieces for one in (said, quoted(value, place.scope)))
    return (make_run(replace(script(*words), span=call.span), place),)
