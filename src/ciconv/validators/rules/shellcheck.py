"""The rule `shellcheck`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.rule import Rule
from ciconv.validators.scripts import Script, scripts_of
from ciconv.validators.subject import Subject

if TYPE_CHECKING:
    from subprocess import Popen

PROGRAM = "shellcheck"
# of texts that expressions stand for, of files that are not here, of variables that others set,
# and of `cd` that fails: the systems run scripts so that they end there
_SECONDS = 60
_IGNORED = "SC1091,SC2194,SC2050,SC2153,SC2154,SC2157,SC2043,SC2164"


class Shellcheck(Rule):
    """What the program shellcheck says of scripts, where it is installed: errors and warnings.

    The command line asks it by itself for up to a hundred files; `--no-shellcheck` leaves it out,
    and `--enable shellcheck` asks for any number. The library starts it only where the settings
    enable the rule. One process for all scripts of a repository (one for each kind of shell) runs
    while the other rules work.

    https://www.shellcheck.net/wiki/
    """

    code = "shellcheck"
    summary = "what shellcheck finds in scripts"
    severity = Severity.WARNING
    _running: tuple["_Process", ...] = ()

    def begin(self, subject: Subject) -> None:
        """Start the program on all scripts."""
        program = program_path() or ""
        by_shell: dict[str, dict[str, list[Script]]] = {}
        for script in scripts_of(subject) if program else ():
            by_shell.setdefault(script.shell, {}).setdefault(script.text, []).append(script)
        started = (
            _started(program, shell, tuple(map(tuple, by_text.values())))
            for shell, by_text in by_shell.items()
        )
        self._running = tuple(one for one in started if one is not None)

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield what it says of each script, at the line it is about."""
        for process in self._running:
            for scripts, said in process.answers():
                message = f"SC{said.code}: {said.message}".rstrip(".")
                for script in scripts:
                    yield self.found(script.line(said.line), message)


class _Process(Struct, frozen=True):
    """A run of the program; its files are named by the numbers of the scripts."""

    folder: str
    program: "Popen[bytes]"
    scripts: tuple[tuple[Script, ...], ...]  # those of equal text together

    def answers(self) -> Iterator[tuple[tuple[Script, ...], "_Answer"]]:
        """Yield what is said, and of which scripts, when the program has ended."""
        from subprocess import TimeoutExpired

        with self.program:
            try:
                found = msgspec.json.decode(
                    self.program.communicate(timeout=_SECONDS)[0], type=list[_Answer]
                )
            except TimeoutExpired:
                self.program.kill()
                return
            except msgspec.DecodeError:  # an older program that has other words
                return
            finally:
                _remove(self.folder)
        for said in found:
            yield self.scripts[int(Path(said.file).name)], said


class _Answer(Struct, frozen=True, rename="camel"):
    """One thing that the program says; lines and columns count from 1, the end is exclusive."""

    file: str
    line: int
    code: int
    message: str


def _started(program: str, shell: str, scripts: tuple[tuple[Script, ...], ...]) -> _Process | None:
    """The program at work; None where it cannot be started."""
    from subprocess import DEVNULL, PIPE, Popen  # loaded where the program is installed

    folder = _own_folder()
    files = [Path(folder) / str(number) for number in range(len(scripts))]
    for file, alike in zip(files, scripts, strict=True):
        file.write_text(alike[0].text, "utf-8", errors="replace", newline="")
    options = ("--format=json", f"--shell={shell}", f"--exclude={_IGNORED}", "--severity=warning")
    command = [program, *options, *map(str, files)]
    try:
        running = Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
    except OSError:
        _remove(folder)
        return None
    return _Process(folder, running, scripts)


def _own_folder() -> str:
    """Make a folder that nobody else can read; `tempfile` takes longer to load than the rest."""
    base = next(filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP"))), "/tmp")
    folder = os.path.join(base, f"ciconv-{os.urandom(8).hex()}")
    os.mkdir(folder, 0o700)
    return folder


def _remove(folder: str) -> None:
    for file in os.scandir(folder):
        os.unlink(file.path)
    os.rmdir(folder)


def program_path() -> str | None:
    """Return where the program is installed; `shutil.which` takes longer to load than this."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in (PROGRAM, f"{PROGRAM}.exe"):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    return None
