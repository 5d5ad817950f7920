"""Which rules run where: what the user says in `.ciconv.toml` or `pyproject.toml`."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec
from msgspec import Struct

from ciconv.diagnostics import Diagnostics
from ciconv.source import Source, Workspace


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes of rules. Nothing selected: all but those that have to be asked for."""

    select: tuple[str, ...] = ()  # only these
    enable: tuple[str, ...] = ()  # also these, which have to be asked for
    ignore: tuple[str, ...] = ()
    per_path: Mapping[str, tuple[str, ...]] = msgspec.field(name="per-path", default={})
    schema: bool = True  # whether the vendor's JSON schema is asked, where it is installed
    allowed_actions: tuple[str, ...] = msgspec.field(name="allowed-actions", default=())
    forbidden_actions: tuple[str, ...] = msgspec.field(name="forbidden-actions", default=())
    targets: tuple[str, ...] = msgspec.field(name="for", default=())  # formats to be portable to

    def wants(self, code: str, *, opt_in: bool = False) -> bool:
        """Return whether a rule is to run."""
        if code in self.ignore:
            return False
        if self.select:
            return code in self.select
        return not opt_in or code in self.enable

    def allows(self, code: str, path: str) -> bool:
        """Return whether findings of a rule in a file count."""
        ignored = (codes for glob, codes in self.per_path.items() if fnmatchcase(path, glob))
        return not any(code in codes for codes in ignored)


_FILES = ((".ciconv.toml", ("validate",)), ("pyproject.toml", ("tool", "ciconv", "validate")))


def settings_of(workspace: Workspace, diagnostics: Diagnostics) -> Settings:
    """Return the settings of a repository; what is wrong with them is an error."""
    for path, keys in _FILES:
        source = workspace.readable(path)
        if source is None or keys[-1] not in source.text:
            continue
        found = _table(source, keys, diagnostics)
        if found is None:
            continue
        try:
            return msgspec.convert(found, Settings)
        except msgspec.ValidationError as error:
            said = f"the settings of 'validate' are wrong: {error}"
            diagnostics.error("wrong-settings", said, source.span(0, 0))
    return Settings()


def _table(source: Source, keys: tuple[str, ...], diagnostics: Diagnostics) -> Any:
    import tomllib  # most repositories have nothing for us to read

    try:
        found: Any = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        said = f"{source.path!r} is no TOML: {error}"
        diagnostics.error("wrong-settings", said, source.span(0, 0))
        return None
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found
