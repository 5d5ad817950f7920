"""`default`, the keywords that stood for it once, and `inherit`.

https://docs.gitlab.com/ci/yaml/#default
"""

from msgspec.structs import replace

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.assembly.merging import names_in
from ciconv.syntax.node import Mapping, Node, Scalar

GLOBALS = ("image", "services", "cache", "before_script", "after_script")  # deprecated
KEYS = (
    "after_script",
    "artifacts",
    "before_script",
    "cache",
    "hooks",
    "id_tokens",
    "identity",
    "image",
    "interruptible",
    "retry",
    "services",
    "tags",
    "timeout",
)


class Defaults:
    """What jobs have that do not say otherwise. Whole keys: nothing is merged."""

    def __init__(self, fields: Fields, context: Context) -> None:
        found = {name: fields.entry(name) for name in GLOBALS}
        inner = Fields(fields.node("default"), context, "'default'")
        for name in KEYS:
            found[name] = inner.entry(name) or found.get(name)
        self.extras = inner.leftovers("gitlab")
        self._entries = {name: one for name, one in found.items() if one is not None}

    def filled(self, job: Mapping) -> Mapping:
        """Return a job with the keys that it inherits."""
        own = {entry.name for entry in job.entries}
        wanted = inherited(job, "default")
        further = tuple(
            entry
            for name, entry in self._entries.items()
            if name not in own and (wanted is None or name in wanted)
        )
        # a job that starts a pipeline has no machine, so nothing for one
        if "trigger" in own:
            further = tuple(one for one in further if one.name == "interruptible")
        return replace(job, entries=(*job.entries, *further)) if further else job


def check_inherit(job: Mapping, context: Context) -> None:
    """Say of an `inherit` that is neither true or false nor a list that it is wrong."""
    fields = Fields(job.get("inherit"), context, "'inherit'")
    for name in ("default", "variables"):
        node = fields.node(name)
        if isinstance(node, Scalar) and not isinstance(node.value, bool):
            fields.wrong(node, "true, false or a list", name)
    fields.leftovers("gitlab")


def inherited(job: Mapping, what: str) -> frozenset[str] | None:
    """Return the names that `inherit:default` or `inherit:variables` lists; None: all of them."""
    node = job.get("inherit")
    value: Node | None = node.get(what) if isinstance(node, Mapping) else None
    if value is None:
        return None
    if isinstance(value, Scalar) and isinstance(value.value, bool):
        return None if value.value else frozenset()
    return frozenset(one.text for one in names_in(value))
