"""`zip`, `unzip` and `touch`: the programs of these names do the same.

https://www.jenkins.io/doc/pipeline/steps/pipeline-utility-steps/
"""

from posixpath import normpath

from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.kept_files import given
from ciconv.converters.jenkins.steps.scripts import make_run, quoted, script
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Step
from ciconv.syntax.groovy import tree

_KNOWN = ("zipFile", "dir", "overwrite", "quiet", "archive")


def read_zip(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step that packs a folder; None for a choice of its files."""
    found = _packed(call, place)
    if found is None:
        return None
    file, folder = found
    if _is_outside(file, folder):
        return _run(call, place, ("(cd ", folder), (" && zip -q -r - .) > ", file))
    return _run(call, place, ("packed=$(mktemp)\n(cd ", folder), (_PACKING, file))


# a file in the folder that it is made of would be packed into itself, without an end
_PACKING = ' && zip -q -r - .) > "$packed"\ncat "$packed" > '


def read_unzip(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step that unpacks all files into a folder; None for some of them."""
    found = _packed(call, place)
    if found is None:
        return None
    file, folder = found
    return _run(call, place, ("unzip -q -o -d ", folder), (" ", file))


def _packed(call: tree.Call, place: Place) -> tuple[Template, Template] | None:
    """The packed file, and the folder."""
    file, archive = given(call, "zipFile"), call.named("archive")
    if archive is not None and constant(read_template(archive, place.scope)) != "false":
        return None  # the packed file is kept as well
    if file is None or any(one.name not in (*_KNOWN, None) for one in call.arguments):
        return None
    folder = call.named("dir")
    where = text(".") if folder is None else read_template(folder, place.scope)
    return read_template(file, place.scope), where


def _is_outside(file: Template, folder: Template) -> bool:
    """Whether a file is surely not in a folder."""
    paths = [normpath(constant(one) or ".") for one in (file, folder)]
    if any(one.startswith((".", "/", "~")) for one in paths):
        return False
    return not paths[0].startswith(f"{paths[1]}/")


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
