"""One file of a configuration: read, its inputs put in, without aliases."""

from collections.abc import Mapping as Dict

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.fields import is_null
from ciconv.converters.gitlab.assembly.inputs import Interpolation, read_spec
from ciconv.converters.gitlab.assembly.merging import Plain
from ciconv.remote import Address
from ciconv.source import Comment, Source, Span
from ciconv.syntax import yaml
from ciconv.syntax.node import Document, Mapping, Node


class File(Struct, frozen=True, kw_only=True):
    """A file as a tree. `base` is the folder that its `local` includes start from, with `/`.

    Those of a file that was fetched start from where it was fetched, its `origin`.
    """

    name: str
    root: Mapping  # without aliases, with the values of inputs
    written: Mapping  # as it is written
    header: Node | None = None  # what stands before it: `spec`
    base: str = ""
    origin: Address | None = None
    leading: tuple[Comment, ...] = ()


class Reading(Struct, frozen=True, kw_only=True):
    """How a file is read: what it is handed, and by whom; None: it is read for itself."""

    given: Dict[str, Node] = {}
    at: Span | None = None
    base: str = ""
    origin: Address | None = None


ALONE = Reading()


def read_file(path: str, context: Context, how: Reading = ALONE) -> File | None:
    """Return a file of the workspace, None when it is not there, or wrong (which is reported)."""
    source = context.source(path, how.at)
    return None if source is None else read_source(source, context, how)


def read_source(source: Source, context: Context, how: Reading = ALONE) -> File | None:
    """Return a file whose text is at hand, None when it is wrong (which is reported)."""
    documents = yaml.parse(source, context.diagnostics)
    if len(documents) > 2:
        message = "a file holds a header with 'spec' and the configuration, and no more documents"
        context.diagnostics.error("several-documents", message, documents[2].root.span)
    elif documents:
        return _file(source.path, documents, context, how)
    return None


def _file(
    path: str, documents: tuple[Document, ...], context: Context, how: Reading
) -> File | None:
    document = documents[-1]
    root = document.root
    if is_null(root):
        root = Mapping(span=root.span)
    if not isinstance(root, Mapping):
        message = "a configuration is a mapping of keywords and jobs"
        context.diagnostics.error("not-a-pipeline", message, root.span)
        return None
    plain = Plain().tree(root)
    header = Plain().tree(documents[0].root) if len(documents) == 2 else None
    values = read_spec(header, how.given, context, how.at)
    if header is not None:
        plain = Interpolation(values, context).tree(plain)
    assert isinstance(plain, Mapping)
    return File(
        name=path,
        root=plain,
        written=root,
        header=header,
        base=how.base,
        origin=how.origin,
        leading=document.leading,
    )
