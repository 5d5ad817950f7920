"""`.ciconv/manifest.json`: what conversions wrote into a folder, from what, and what they replaced.

Only the command line knows of it: what a conversion gives depends on its source alone, so no
hash, date or version stands in the files themselves.
"""

import os
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

import ciconv
from ciconv.cli.choices import Choices
from ciconv.cli.files import Change

MANIFEST = ".ciconv/manifest.json"


class Written(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file of a conversion: the digest of its text, and what stood in its place before."""

    sha256: str
    was: str = "absent"  # absent, same, or replaced
    backup: str | None = None  # of what was replaced, relative to the folder


class Conversion(Struct, frozen=True, kw_only=True):
    """One run of `convert -o`."""

    ciconv: str  # the version
    time: str  # of the run, UTC
    source: str  # relative to the folder
    origin: str | None
    to: str
    flake: str | None
    pin: str
    files: dict[str, Written]

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What is the same when a conversion is done once more."""
        return self.source, self.origin, self.to


class Manifest(Struct, frozen=True, kw_only=True):
    """All conversions into one folder, the oldest first."""

    version: int = 1
    conversions: tuple[Conversion, ...] = ()


class UnreadableManifest(Exception):
    """The file is there, and is not what it should be."""


def load(root: Path) -> Manifest:
    """Return the manifest of a folder, an empty one where there is none.

    Raises UnreadableManifest, with the reason.
    """
    try:
        return msgspec.json.decode((root / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        return Manifest()
    except (OSError, msgspec.MsgspecError) as error:
        raise UnreadableManifest(str(error)) from None


def save(root: Path, manifest: Manifest) -> None:
    """Put the manifest in place of the one that is there."""
    place = root / MANIFEST
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    temporary.write_bytes(text)
    os.replace(temporary, place)


def record(
    root: Path,
    source: Path,
    choices: Choices,
    files: Mapping[str, str],
    written: tuple[Change, ...],
) -> None:
    """Note a conversion in the folder's manifest; one that changed nothing is noted once.

    A manifest that cannot be read, or a folder that cannot be written, keeps no conversion from
    being done.
    """
    changes = {change.path: change for change in written}
    done = Conversion(
        ciconv=ciconv.__version__,
        time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        source=Path(os.path.relpath(source, root)).as_posix(),
        origin=choices.origin,
        to=choices.to,
        flake=choices.flake,
        pin=choices.pin.value,
        files={path: _file(text, changes.get(path), root) for path, text in files.items()},
    )
    try:
        manifest = load(root)
        if written or not any(one.key == done.key for one in manifest.conversions):
            save(root, replace(manifest, conversions=(*manifest.conversions, done)))
    except (OSError, UnreadableManifest):
        return


def _file(text: str, change: Change | None, root: Path) -> Written:
    was = "same" if change is None else "replaced" if change.replaces else "absent"
    backup = None
    if change is not None and change.backup is not None:
        backup = change.backup.relative_to(root).as_posix()
    return Written(sha256=digest(text.encode("utf-8")), was=was, backup=backup)


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return sha256(data).hexdigest()
